//! Any table that a CSV writer can write is read, and no row of it is lost in silence.

use leadlight_lead::CriterionGroup;
use leadlight_model::{FeatureKind, FeatureSpec};
use leadlight_tabular::{DealColumns, LeadReader, RowOrder, TableError, TableProblem, read_deals};
use proptest::prelude::*;

use crate::files::file;

/// Cells of all kinds, and text of any characters.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| text.replace('\0', "")),
        any::<f64>().prop_map(|x| x.to_string()),
        (0..100_u8).prop_map(|x| x.to_string()),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]( [0-2][0-9]:[0-5][0-9])?",
        prop::sample::select(vec![
            "", "yes", "no", "NaN", "inf", "a;b", "b|c;a", "x, y", " ", "\"", "\r\n", "won"
        ])
        .prop_map(str::to_owned),
    ]
}

fn written(names: &[&str], rows: &[Vec<String>], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    writer.write_record(names).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let label = prop::sample::select(vec!["yes", "no", "", "n/a"]).prop_map(str::to_owned);
    let row = (prop::collection::vec(cell(), 3), label).prop_map(|(mut cells, label)| {
        cells.push(label);
        cells
    });
    prop::collection::vec(row, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_row_of_any_table_is_accounted_for(
        rows in rows(),
        separator in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        order in prop::sample::select(vec![
            RowOrder::None,
            RowOrder::AsGiven,
            RowOrder::ClosedAt("c".to_owned()),
        ]),
    ) {
        let file = file(written(&["a", "b", "c", "won"], &rows, separator));
        let columns = DealColumns { order, ..DealColumns::new("won") };
        let limits = leadlight_tabular::Limits { cells: 40, rows: 50 };
        if let Ok(table) = read_deals(&file.path, &columns, limits, &mut |_| ()) {
            let counts = table.rows;
            let unusable = counts.label_unknown + counts.open + counts.time_unknown + counts.passed_over;
            let left_out = unusable + counts.blank + counts.rowless;
            prop_assert_eq!(counts.kept + left_out, rows.len() as u64);
            prop_assert_eq!(counts.kept, table.deals.len() as u64);
            prop_assert_eq!(left_out > 0, table.notes.iter().any(|note| note.contains("left out")));
            prop_assert_eq!(table.deals.accounts.len(), table.deals.len());
            prop_assert!(table.deals.columns.iter().all(|column| column.len() == table.deals.len()));
            prop_assert_eq!(table.columns.len(), 4);
        }
    }

    #[test]
    fn every_lead_of_any_table_is_handed_out(
        rows in rows(),
        separator in prop::sample::select(vec![b',', b';', b'\t', b'|']),
    ) {
        let file = file(written(&["a", "b", "c", "won"], &rows, separator));
        let kinds = [
            FeatureKind::Number,
            FeatureKind::Tags { separator: ';' },
            FeatureKind::Date { half_life_days: 30 },
            FeatureKind::Boolean,
        ];
        let specs: Vec<FeatureSpec> = ["a", "b", "c", "won"]
            .into_iter()
            .zip(kinds)
            .map(|(name, kind)| FeatureSpec {
                name: name.to_owned(),
                group: CriterionGroup::Icp,
                factor: name.to_owned(),
                kind,
                monotone: None,
                rule: None, prior: None,
            })
            .collect();
        let (mut seen, mut last_line) = (0, 1);
        let reader = LeadReader::open(&file.path, &specs, Some("c")).unwrap();
        let read = reader.read::<TableError>(jiff::Timestamp::UNIX_EPOCH, &mut |_| (), &mut |lead| {
            seen += 1;
            assert!(lead.row == seen && lead.line > last_line && lead.cells.len() == 4);
            last_line = lead.line;
            Ok(())
        });
        let blank = rows.iter().filter(|row| row.concat().trim().is_empty()).count() as u64;
        match read {
            Ok(read) => {
                let is_below = read.notes.iter().any(|note| note.contains("no row"));
                prop_assert!(read.rows + blank >= rows.len() as u64 || is_below);
                prop_assert!(read.rows <= rows.len() as u64);
            }
            // Numbers that may mean two things.
            Err(error) => prop_assert!(matches!(error.problem, TableProblem::AmbiguousNumbers { .. }), "{}", error),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            prop::collection::vec(prop::sample::select(b"a1;,\t|\"\\\n\r =sep\xff\xfe\xef\xbb\xbf\xfc\xc3\x8a.-:/\0".to_vec()), 0..200),
        ],
        head in prop::sample::select(vec![
            "", "won,x\n", "sep=;\nwon;x\n", "Report\n\nwon,x,y\n", "\u{feff}won,x\nyes,1\n", "won,c\nyes,01/02/2024\nno,",
        ]),
    ) {
        let file = file([head.as_bytes(), &bytes].concat());
        for order in [RowOrder::AsGiven, RowOrder::ClosedAt("c".to_owned())] {
            let columns = DealColumns { order, ..DealColumns::new("won") };
            if let Err(error) = read_deals(&file.path, &columns, leadlight_tabular::Limits::default(), &mut |_| ()) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_bytes_behind_a_mark_of_utf16_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = file([b"\xff\xfe".as_slice(), &bytes].concat());
        let columns = DealColumns::new("won");
        prop_assert!(read_deals(&file.path, &columns, leadlight_tabular::Limits::default(), &mut |_| ()).is_err());
    }
}
