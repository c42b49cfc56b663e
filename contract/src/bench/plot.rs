//! The ratios as a picture, for light and dark pages.

use std::{fmt::Write, fs, path::Path};

use super::{
    BenchError, NO_SERVER, human_format,
    outcome::{Metrics, Outcome},
};

const LABELS: f64 = 250.0;
const PANEL: f64 = 300.0;
const GAP: f64 = 40.0;
const BAR: f64 = 11.0;
const MARGIN: f64 = 12.0;
const HEAD: f64 = 62.0;

/// The servers' colours, in their order. Most eyes can tell them apart, on white and on black.
const COLOURS: [&str; 6] = ["#2f81f7", "#e3742f", "#2da44e", "#a371f7", "#bf8700", "#d1437f"];

/// The two panels: each has a title and a figure. More is better in both.
type Pick = fn(&Metrics) -> Option<f64>;
const PANELS: [(&str, Pick); 2] = [
    ("speed", |ratio| Some(ratio.p50_nanos.map_or(ratio.rate, |p50| 1.0 / p50))),
    ("work per second of server CPU", |ratio| Some(1.0 / ratio.cpu_nanos?)),
];

/// Writes the plot to a file.
pub(super) fn save(outcome: &Outcome, path: &Path) -> Result<(), BenchError> {
    fs::write(path, svg(outcome))
        .map_err(|reason| BenchError::File { path: path.to_owned(), reason })
}

/// Draws ratios to the baseline as bars on a logarithmic scale: twice as much is one step to the
/// right, and half as much is one step to the left.
pub(super) fn svg(outcome: &Outcome) -> String {
    let compared: Vec<usize> =
        (0..outcome.servers.len()).filter(|&index| Some(index) != outcome.baseline).collect();
    let row_height = BAR * compared.len() as f64 + 12.0;
    let width = MARGIN * 2.0 + LABELS + PANEL * 2.0 + GAP;
    let height = HEAD + row_height * outcome.rows.len() as f64 + MARGIN;
    let baseline = outcome.baseline.map_or("a real server", |index| &outcome.servers[index]);

    let mut body = String::new();
    for (place, &index) in compared.iter().enumerate() {
        let x = MARGIN + 170.0 * place as f64;
        let colour = COLOURS[place % COLOURS.len()];
        rect(&mut body, (x, 10.0), (BAR, BAR), colour);
        text(&mut body, (x + 16.0, 20.0), "", &outcome.servers[index]);
    }
    for (panel, (title, pick)) in PANELS.into_iter().enumerate() {
        let left = MARGIN + LABELS + (PANEL + GAP) * panel as f64;
        let scale = Scale::of(outcome, pick, left);
        let one = scale.x(1.0);
        text(&mut body, (left, 46.0), " class=\"dim\"", &format!("{title}, {baseline} = 1×"));
        let (top, bottom) = (HEAD - 8.0, height - MARGIN);
        let _ = writeln!(
            body,
            "<line x1=\"{one:.1}\" y1=\"{top:.1}\" x2=\"{one:.1}\" y2=\"{bottom:.1}\"/>"
        );
        for (line, row) in outcome.rows.iter().enumerate() {
            let top = HEAD + row_height * line as f64;
            if panel == 0 {
                let middle = top + row_height / 2.0 - 2.0;
                text(&mut body, (MARGIN, middle), "", row.what);
            }
            for (place, &index) in compared.iter().enumerate() {
                let ratio = row.results[index].as_ref().and_then(|measured| measured.ratio);
                let Some(ratio) = ratio.as_ref().and_then(pick) else { continue };
                let (y, end) = (top + BAR * place as f64, scale.x(ratio));
                let size = ((end - one).abs().max(1.0), BAR - 2.0);
                rect(&mut body, (end.min(one), y), size, COLOURS[place % COLOURS.len()]);
                let (x, y) = (end.max(one) + 4.0, y + BAR - 3.0);
                text(&mut body, (x, y), " class=\"small\"", &human_format::ratio(ratio));
            }
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n\
         <title>Ratios to {}</title>\n<style>{STYLE}</style>\n{body}</svg>\n",
        escape(baseline)
    )
}

/// The style has no background, because the page has one.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}.small{font-size:9px}.dim{fill:#59636e}\
line{stroke:#818b98}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.dim{fill:#9198a1}}";

/// The logarithmic scale of a panel, from the smallest ratio to the largest.
struct Scale {
    left: f64,
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    fn of(outcome: &Outcome, pick: Pick, left: f64) -> Self {
        // The floor needs almost no time for some loads. Its bars are cut, so that they do not
        // dwarf the others.
        let servers = outcome.rows.iter().flat_map(|row| row.results.iter().zip(&outcome.servers));
        let logs: Vec<f64> = servers
            .filter(|(_, name)| *name != NO_SERVER)
            .filter_map(|(measured, _)| pick(measured.as_ref()?.ratio.as_ref()?))
            .map(f64::log2)
            .filter(|log| log.is_finite())
            .collect();
        let low = logs.iter().copied().fold(-0.5, f64::min);
        let high = logs.iter().copied().fold(3.0, f64::max);
        // This leaves room for the figure after the longest bar.
        Self { left, low, high, step: (PANEL - 40.0) / (high - low) }
    }

    fn x(&self, ratio: f64) -> f64 {
        self.left + (ratio.log2().clamp(self.low, self.high) - self.low) * self.step
    }
}

fn rect(out: &mut String, (x, y): (f64, f64), (width, height): (f64, f64), colour: &str) {
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"1.5\" \
         fill=\"{colour}\"/>"
    );
}

fn text(out: &mut String, (x, y): (f64, f64), class: &str, words: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\"{class}>{}</text>", escape(words));
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
