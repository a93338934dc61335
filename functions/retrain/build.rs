//! Links a function of the C library that Lambda's is too old for; see `hypotf.c`.

fn main() {
    println!("cargo::rerun-if-changed=hypotf.c");
    cc::Build::new()
        .file("hypotf.c")
        .flag_if_supported("-fno-builtin-hypotf")
        .link_lib_modifier("+whole-archive")
        .compile("hypotf");
}
