//! Compiles the window's markup and its translations.

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

fn main() -> Result<(), slint_build::CompileError> {
    let configuration = CompilerConfiguration::new()
        .with_style("fluent".to_owned())
        .with_bundled_translations("lang")
        .with_default_translation_context(DefaultTranslationContext::None)
        // Tests find elements by what screen readers are told.
        .with_debug_info(true);
    slint_build::compile_with_config("ui/chat.slint", configuration)
}
