//! Time against number of disks, as SVG: both axes logarithmic.

use std::fmt::Write;
use std::time::Duration;

use super::rounds::{Round, WIDTHS};

/// The latency that is drawn: that of a disk that is busy.
const LATENCY: Duration = Duration::from_millis(15);
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
/// Left, top, right and bottom of the field.
const FIELD: [f64; 4] = [70.0, 40.0, 560.0, 370.0];
/// Ends of the axes: disks, and seconds.
const DISKS: (f64, f64) = (10.0, 1000.0);
const SECONDS: (f64, f64) = (0.1, 1000.0);

/// One line of the picture: its name, its colour, whether it is dashed, and its points.
type Series = (String, &'static str, bool, Vec<(f64, f64)>);

/// Draws the rounds.
pub(crate) fn draw(rounds: &[Round]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{}\" y=\"22\" font-size=\"14\">Seconds to read all disks, {} ms for each command</text>\n",
        FIELD[0],
        LATENCY.as_millis()
    );
    for disks in [10.0, 30.0, 100.0, 300.0, 1000.0] {
        let x = place(disks, DISKS, FIELD[0], FIELD[2]);
        line(&mut svg, &[(x, FIELD[1]), (x, FIELD[3])], "#ddd", false);
        label(&mut svg, x, FIELD[3] + 18.0, "middle", "#333", &format!("{disks}"));
    }
    for seconds in [0.1, 1.0, 10.0, 100.0, 1000.0] {
        let y = place(seconds, SECONDS, FIELD[3], FIELD[1]);
        line(&mut svg, &[(FIELD[0], y), (FIELD[2], y)], "#ddd", false);
        label(&mut svg, FIELD[0] - 8.0, y + 4.0, "end", "#333", &format!("{seconds} s"));
    }
    label(&mut svg, (FIELD[0] + FIELD[2]) / 2.0, HEIGHT - 10.0, "middle", "#333", "disks");
    let mut names = Vec::new();
    for (name, colour, dashed, points) in series(rounds) {
        let points: Vec<(f64, f64)> = points
            .into_iter()
            .map(|(disks, seconds)| {
                (place(disks, DISKS, FIELD[0], FIELD[2]), place(seconds, SECONDS, FIELD[3], FIELD[1]))
            })
            .collect();
        line(&mut svg, &points, colour, dashed);
        names.extend(points.last().map(|(_, y)| (y + 4.0, colour, name)));
    }
    names.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    let mut free = 0.0;
    for (y, colour, name) in names {
        // Lines that end close together have their names one below the other.
        let y = f64::max(y, free);
        label(&mut svg, FIELD[2] + 8.0, y, "start", colour, &name);
        free = y + 14.0;
    }
    svg.push_str("</svg>\n");
    svg
}

fn series(rounds: &[Round]) -> Vec<Series> {
    let rounds: Vec<&Round> = rounds.iter().filter(|round| round.latency == LATENCY).collect();
    let points = |time: &dyn Fn(&Round) -> Option<Duration>| -> Vec<(f64, f64)> {
        let point =
            |round: &&Round| Some((f64::from(u32::try_from(round.disks).ok()?), time(round)?.as_secs_f64()));
        rounds.iter().filter_map(point).collect()
    };
    let mut series: Vec<Series> = vec![
        ("physical limit".to_owned(), "#888", true, points(&|round| Some(round.limit()))),
        ("stone".to_owned(), "#0a7d32", false, points(&|round| Some(round.ours.wall))),
    ];
    for (index, (width, colour)) in WIDTHS.into_iter().zip(["#b3261e", "#c77700", "#7a4fb5"]).enumerate() {
        let times = points(&|round| Some(round.smartctl.get(index)?.0.wall));
        let name = if width == 1 { "smartctl".to_owned() } else { format!("smartctl, {width} at once") };
        series.push((name, colour, false, times));
    }
    series.retain(|(.., points)| !points.is_empty());
    series
}

/// Where `value` is on an axis.
fn place(value: f64, (least, most): (f64, f64), from: f64, to: f64) -> f64 {
    from + (to - from) * (value.clamp(least, most) / least).ln() / (most / least).ln()
}

fn line(svg: &mut String, points: &[(f64, f64)], colour: &str, dashed: bool) {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let (width, dash) = match (colour, dashed) {
        ("#ddd", _) => (1, ""),
        (_, true) => (2, " stroke-dasharray=\"6 4\""),
        (_, false) => (2, ""),
    };
    // Writing into a string does not fail.
    _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>",
        points.join(" ")
    );
}

fn label(svg: &mut String, x: f64, y: f64, anchor: &str, colour: &str, text: &str) {
    _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>"
    );
}
