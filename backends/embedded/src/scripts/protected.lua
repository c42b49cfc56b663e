-- Calls a function with the keys and the arguments, and catches its errors. A tail call leaves no
-- instruction of this file to be run after the function, where the host could interrupt it.
local xpcall = ...
return function(run, on_error, keys, args)
    return xpcall(function() return run(keys, args) end, on_error)
end
