-- Functions that catch errors. Scripts see errors of the server's functions as texts or tables.
local globals, caught, keeps_texts = ...
local pcall, xpcall, type = globals.pcall, globals.xpcall, globals.type
local resume = globals.coroutine.resume

-- A protected call keeps only the text of an error reply.
local function text(failure)
    failure = caught(failure)
    if keeps_texts and type(failure) == 'table' and type(failure.err) == 'string' then
        return failure.err
    end
    return failure
end

local function after_pcall(ok, ...)
    if ok then return true, ... end
    return false, text((...))
end

function globals.pcall(...)
    return after_pcall(pcall(...))
end

function globals.xpcall(run, handler)
    return xpcall(run, function(failure) return handler(caught(failure)) end)
end

local function after_resume(ok, ...)
    if ok then return true, ... end
    return false, caught((...))
end

function globals.coroutine.resume(...)
    return after_resume(resume(...))
end
