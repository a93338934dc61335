//! Whether a built binary would start on Lambda's `provided.al2023`.

use std::fmt;

use object::elf::{EM_AARCH64, EM_X86_64, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader};
use object::{Endianness, FileKind};

/// The C library of Amazon Linux 2023, which `provided.al2023` is made from.
const NEWEST_GLIBC: Glibc = Glibc { major: 2, minor: 34 };

/// A processor that Lambda offers, as the template's `Architectures` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`.
    X86_64,
    /// `arm64`.
    Arm64,
}

impl Architecture {
    /// The word for it in a template.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A version of the GNU C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glibc {
    major: u32,
    minor: u32,
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a binary would not start there.
#[derive(Debug, thiserror::Error)]
pub(super) enum BinaryError {
    /// It needs symbols of a C library newer than Lambda's.
    #[error(
        "it needs GLIBC_{needed}, but Lambda's provided.al2023 has {newest}: this machine's C library \
         is too new; build on a distribution with glibc {newest} or older (Debian 12's toolchain is \
         known to do), or with `cargo lambda build`, which links against an older one"
    )]
    NewGlibc {
        /// The newest version the binary asks for.
        needed: String,
        /// The version Lambda has.
        newest: String,
    },
    /// It is for another system.
    #[error(
        "it is built for this machine's system, but Lambda runs Linux; build on Linux, or with `cargo lambda build`"
    )]
    NotLinux,
    /// It is for a processor that Lambda does not offer.
    #[error(
        "it is built for a processor Lambda does not offer (ELF machine {machine}); build for x86_64 or aarch64"
    )]
    Processor {
        /// The ELF header's `e_machine`.
        machine: u16,
    },
    /// It cannot be read.
    #[error("its executable cannot be read: {0}")]
    Malformed(object::read::Error),
}

/// The processor a Linux executable is for, after the check that Lambda's C library suffices.
pub(super) fn check(bytes: &[u8]) -> Result<Architecture, BinaryError> {
    if !matches!(FileKind::parse(bytes), Ok(FileKind::Elf64)) {
        return Err(BinaryError::NotLinux);
    }
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(BinaryError::Malformed)?;
    let endian = header.endian().map_err(BinaryError::Malformed)?;
    let architecture = match header.e_machine(endian) {
        EM_X86_64 => Architecture::X86_64,
        EM_AARCH64 => Architecture::Arm64,
        machine => return Err(BinaryError::Processor { machine: machine.0 }),
    };
    match needed_glibc(header, endian, bytes).map_err(BinaryError::Malformed)? {
        Some(needed) if needed > NEWEST_GLIBC => {
            Err(BinaryError::NewGlibc { needed: needed.to_string(), newest: NEWEST_GLIBC.to_string() })
        }
        _ => Ok(architecture),
    }
}

/// The newest `GLIBC_x.y` among the versions the dynamic linker must find (section `.gnu.version_r`).
fn needed_glibc(
    header: &FileHeader64<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> object::read::Result<Option<Glibc>> {
    let sections = header.sections(endian, bytes)?;
    let mut newest = None;
    for section in sections.iter() {
        let Some((mut needs, strings)) = section.gnu_verneed(endian, bytes)? else { continue };
        let strings = sections.strings(endian, bytes, strings)?;
        while let Some((_, mut versions)) = needs.next()? {
            while let Some(version) = versions.next()? {
                newest = newest.max(parse_glibc(version.name(endian, strings)?));
            }
        }
    }
    Ok(newest)
}

/// `GLIBC_2.34` or `GLIBC_2.2.5`; none for other libraries' versions.
fn parse_glibc(version: &[u8]) -> Option<Glibc> {
    let numbers = std::str::from_utf8(version).ok()?.strip_prefix("GLIBC_")?;
    let mut numbers = numbers.split('.').map(|number| number.parse().ok());
    Some(Glibc { major: numbers.next()??, minor: numbers.next()?? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(parse_glibc(b"GLIBC_2.34") > parse_glibc(b"GLIBC_2.4"));
        assert!(parse_glibc(b"GLIBC_2.2.5") < parse_glibc(b"GLIBC_2.34"));
        assert_eq!(parse_glibc(b"GCC_3.0"), None);
        assert_eq!(parse_glibc(b"GLIBC_PRIVATE"), None);
    }

    /// This test's own binary, with the newest C library it asks for written over by a newer one.
    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    fn a_binary_for_a_newer_c_library_is_refused_with_the_remedy() {
        let mut bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let header = FileHeader64::<Endianness>::parse(&*bytes).unwrap();
        let needed = needed_glibc(header, header.endian().unwrap(), &bytes).unwrap().unwrap();
        assert_eq!(needed.major, 2);
        assert!((10..=99).contains(&needed.minor), "{needed}");

        let (old, new) = (format!("GLIBC_{needed}\0").into_bytes(), b"GLIBC_2.99\0");
        for start in 0..bytes.len() - old.len() {
            if bytes[start..].starts_with(&old) {
                bytes[start..start + old.len()].copy_from_slice(new);
            }
        }
        let error = check(&bytes).unwrap_err();
        assert!(error.to_string().contains("needs GLIBC_2.99"), "{error}");
        assert!(error.to_string().contains("cargo lambda build"), "{error}");
    }

    #[test]
    fn other_systems_executables_are_for_this_machine_alone() {
        for other in [b"\xcf\xfa\xed\xfe\x07\x00\x00\x01 and so on".as_slice(), b"#!/bin/sh\n", b""] {
            assert!(matches!(check(other), Err(BinaryError::NotLinux)));
        }
    }

    #[test]
    fn a_cut_off_binary_is_an_error() {
        let mut header = b"\x7fELF\x02\x01\x01".to_vec();
        header.resize(20, 0);
        assert!(matches!(check(&header), Err(BinaryError::Malformed(_))));
    }
}
