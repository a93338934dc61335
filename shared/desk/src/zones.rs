//! What someone means who writes a city, an abbreviation or another system's name where a time zone should stand.

use jiff::tz::TimeZoneDatabase;
use leadlight_reading::edit_distance;

/// Abbreviations that the database knows as zones of their own and that never change their clocks, so that a team's hours
/// would be wrong by one for half of the year.
const WITHOUT_SUMMER_TIME: [&str; 2] = ["EST", "MST"];

/// Cities that no zone is called after, or that are called otherwise; abbreviations; names that Windows has for zones
/// (from its own list, for the largest city of each). All in lower case. Where an abbreviation is several zones' (`CST`
/// is Chicago's and Shanghai's), it is not here.
const MEANT: &[(&str, &str)] = &[
    // Abbreviations.
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("et", "America/New_York"),
    ("eastern", "America/New_York"),
    ("eastern time", "America/New_York"),
    ("ct", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("central time", "America/Chicago"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("mt", "America/Denver"),
    ("mountain time", "America/Denver"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pt", "America/Los_Angeles"),
    ("pacific", "America/Los_Angeles"),
    ("pacific time", "America/Los_Angeles"),
    ("hst", "Pacific/Honolulu"),
    ("akst", "America/Anchorage"),
    ("cest", "Europe/Berlin"),
    ("mez", "Europe/Berlin"),
    ("mesz", "Europe/Berlin"),
    ("eest", "Europe/Athens"),
    ("msk", "Europe/Moscow"),
    ("jst", "Asia/Tokyo"),
    ("kst", "Asia/Seoul"),
    ("sgt", "Asia/Singapore"),
    ("hkt", "Asia/Hong_Kong"),
    ("aest", "Australia/Sydney"),
    ("aedt", "Australia/Sydney"),
    ("acst", "Australia/Adelaide"),
    ("awst", "Australia/Perth"),
    ("nzst", "Pacific/Auckland"),
    ("nzdt", "Pacific/Auckland"),
    ("z", "UTC"),
    ("utc+0", "UTC"),
    ("gmt+0", "UTC"),
    // Windows.
    ("eastern standard time", "America/New_York"),
    ("central standard time", "America/Chicago"),
    ("mountain standard time", "America/Denver"),
    ("pacific standard time", "America/Los_Angeles"),
    ("gmt standard time", "Europe/London"),
    ("w. europe standard time", "Europe/Berlin"),
    ("central europe standard time", "Europe/Budapest"),
    ("central european standard time", "Europe/Warsaw"),
    ("romance standard time", "Europe/Paris"),
    ("fle standard time", "Europe/Kyiv"),
    ("gtb standard time", "Europe/Bucharest"),
    ("israel standard time", "Asia/Jerusalem"),
    ("india standard time", "Asia/Kolkata"),
    ("china standard time", "Asia/Shanghai"),
    ("tokyo standard time", "Asia/Tokyo"),
    ("singapore standard time", "Asia/Singapore"),
    ("aus eastern standard time", "Australia/Sydney"),
    ("new zealand standard time", "Pacific/Auckland"),
    ("e. south america standard time", "America/Sao_Paulo"),
    // Cities in their own languages and in others.
    ("wien", "Europe/Vienna"),
    ("graz", "Europe/Vienna"),
    ("linz", "Europe/Vienna"),
    ("zürich", "Europe/Zurich"),
    ("genf", "Europe/Zurich"),
    ("genève", "Europe/Zurich"),
    ("geneva", "Europe/Zurich"),
    ("basel", "Europe/Zurich"),
    ("bern", "Europe/Zurich"),
    ("münchen", "Europe/Berlin"),
    ("munich", "Europe/Berlin"),
    ("hamburg", "Europe/Berlin"),
    ("frankfurt", "Europe/Berlin"),
    ("köln", "Europe/Berlin"),
    ("cologne", "Europe/Berlin"),
    ("stuttgart", "Europe/Berlin"),
    ("düsseldorf", "Europe/Berlin"),
    ("prag", "Europe/Prague"),
    ("praha", "Europe/Prague"),
    ("warschau", "Europe/Warsaw"),
    ("warszawa", "Europe/Warsaw"),
    ("kraków", "Europe/Warsaw"),
    ("roma", "Europe/Rome"),
    ("rom", "Europe/Rome"),
    ("milano", "Europe/Rome"),
    ("milan", "Europe/Rome"),
    ("lyon", "Europe/Paris"),
    ("barcelona", "Europe/Madrid"),
    ("lisboa", "Europe/Lisbon"),
    ("lissabon", "Europe/Lisbon"),
    ("porto", "Europe/Lisbon"),
    ("brüssel", "Europe/Brussels"),
    ("bruxelles", "Europe/Brussels"),
    ("brussel", "Europe/Brussels"),
    ("rotterdam", "Europe/Amsterdam"),
    ("københavn", "Europe/Copenhagen"),
    ("kopenhagen", "Europe/Copenhagen"),
    ("göteborg", "Europe/Stockholm"),
    ("athen", "Europe/Athens"),
    ("athina", "Europe/Athens"),
    ("moskau", "Europe/Moscow"),
    ("moskva", "Europe/Moscow"),
    ("kiew", "Europe/Kyiv"),
    ("kiev", "Europe/Kyiv"),
    ("bukarest", "Europe/Bucharest"),
    ("belgrad", "Europe/Belgrade"),
    ("beograd", "Europe/Belgrade"),
    ("manchester", "Europe/London"),
    ("edinburgh", "Europe/London"),
    ("cambridge", "Europe/London"),
    ("nyc", "America/New_York"),
    ("boston", "America/New_York"),
    ("washington", "America/New_York"),
    ("washington dc", "America/New_York"),
    ("atlanta", "America/New_York"),
    ("miami", "America/New_York"),
    ("philadelphia", "America/New_York"),
    ("dallas", "America/Chicago"),
    ("austin", "America/Chicago"),
    ("houston", "America/Chicago"),
    ("minneapolis", "America/Chicago"),
    ("salt lake city", "America/Denver"),
    ("san francisco", "America/Los_Angeles"),
    ("sf", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("san diego", "America/Los_Angeles"),
    ("montreal", "America/Toronto"),
    ("montréal", "America/Toronto"),
    ("ottawa", "America/Toronto"),
    ("calgary", "America/Edmonton"),
    ("são paulo", "America/Sao_Paulo"),
    ("bogotá", "America/Bogota"),
    ("mexico", "America/Mexico_City"),
    ("tel aviv", "Asia/Jerusalem"),
    ("abu dhabi", "Asia/Dubai"),
    ("bangalore", "Asia/Kolkata"),
    ("bengaluru", "Asia/Kolkata"),
    ("mumbai", "Asia/Kolkata"),
    ("delhi", "Asia/Kolkata"),
    ("new delhi", "Asia/Kolkata"),
    ("hyderabad", "Asia/Kolkata"),
    ("beijing", "Asia/Shanghai"),
    ("peking", "Asia/Shanghai"),
    ("shenzhen", "Asia/Shanghai"),
    ("osaka", "Asia/Tokyo"),
    ("canberra", "Australia/Sydney"),
    ("wellington", "Pacific/Auckland"),
    ("cape town", "Africa/Johannesburg"),
];

/// Whether a name is a zone of the database that does not do what those who write it expect.
pub(crate) fn is_without_summer_time(text: &str) -> bool {
    WITHOUT_SUMMER_TIME.iter().any(|zone| zone.eq_ignore_ascii_case(text))
}

/// Whether a text is a difference from UTC, which knows no summer time: `+02:00`, `UTC+1`, `GMT-5`.
pub(crate) fn is_offset(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let rest = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(&text).trim_start();
    rest.strip_prefix(['+', '-', '−'])
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == ':'))
}

/// The zone that a text most likely means: by the city at its end, by what such a city is called elsewhere, or by all
/// but one or two letters. Nothing where two zones are as likely.
pub(crate) fn likely(text: &str, zones: &TimeZoneDatabase) -> Option<String> {
    if is_offset(text) {
        return None;
    }
    let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
    let whole = plain(text);
    let city = plain(text.rsplit('/').next().unwrap_or(text));
    let meant = [&whole, &city].into_iter().find_map(|said| MEANT.iter().find(|(name, _)| name == said));
    if let Some((_, zone)) = meant {
        return Some((*zone).to_owned());
    }
    let names: Vec<String> =
        zones.available().map(|name| name.as_str().to_owned()).filter(|name| is_of_a_place(name)).collect();
    let last = |name: &str| plain(name.rsplit('/').next().unwrap_or(name));
    if let Some(zone) = only(names.iter().filter(|name| plain(name) == whole || last(name) == city)) {
        return Some(zone);
    }
    if city.chars().count() < 5 {
        return None;
    }
    let far = |name: &&String| edit_distance(&last(name), &city).min(edit_distance(&plain(name), &whole));
    let nearest = names.iter().map(|name| far(&name)).min().filter(|letters| *letters <= 2)?;
    only(names.iter().filter(|name| far(name) == nearest))
}

/// `Europe/Vienna`, and none of the names from before there were regions (`US/Eastern`, `Etc/GMT+5`).
fn is_of_a_place(name: &str) -> bool {
    let regions = ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    name.split_once('/').is_some_and(|(region, _)| regions.contains(&region))
}

fn only<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<String> {
    let first = names.next()?;
    names.next().is_none().then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_an_abbreviation_and_a_slip_lead_to_their_zone() {
        let zones = TimeZoneDatabase::bundled();
        for (written, zone) in [
            ("Europe/Wien", "Europe/Vienna"),
            ("Wien", "Europe/Vienna"),
            ("Vienna", "Europe/Vienna"),
            ("EST", "America/New_York"),
            ("New York", "America/New_York"),
            ("America/New York", "America/New_York"),
            ("America/NewYork", "America/New_York"),
            ("europe-berlin", "Europe/Berlin"),
            ("Germany/Berlin", "Europe/Berlin"),
            ("Europe/Viena", "Europe/Vienna"),
            ("Europe/Munich", "Europe/Berlin"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Kolkata", "Asia/Kolkata"),
            ("San Francisco", "America/Los_Angeles"),
        ] {
            assert_eq!(likely(written, &zones).as_deref(), Some(zone), "{written}");
        }
        for open in ["CST", "IST", "Mars/Olympus", "", "here", "+02:00"] {
            assert_eq!(likely(open, &zones), None, "{open}");
        }
        for (name, zone) in MEANT {
            assert!(zones.get(zone).is_ok(), "{zone}");
            assert_eq!(*name, name.to_lowercase());
        }
    }

    #[test]
    fn an_offset_is_told_from_a_name() {
        assert!(["+02:00", "UTC+1", "GMT-5", "utc +5:30", "-0500"].iter().all(|text| is_offset(text)));
        assert!(!["UTC", "GMT", "Etc/GMT+5", "Europe/Vienna", "+"].iter().any(|text| is_offset(text)));
    }
}
