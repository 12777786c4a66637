//! What completes words in a shell, made from the table.

use crate::table::{Command, COMMANDS, COMMON};
use crate::words::{code, Failure, Language};

const PROVIDERS: &str = "senior invoisys assine";
const OF_APP: &str = "check create list get revoke";

pub fn of(shell: &str, language: Language) -> Result<String, Failure> {
    match shell {
        "bash" => Ok(bash()),
        "zsh" => Ok(zsh(language)),
        "fish" => Ok(fish(language)),
        "powershell" => Ok(powershell()),
        _ => {
            let text = language.say(
                "{}: known are bash, zsh, fish and powershell",
                "{}: são conhecidos bash, zsh, fish e powershell",
                &[shell],
            );
            Err(Failure::new(code::USAGE, text))
        }
    }
}

fn names() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
}

fn flags(command: &Command) -> String {
    let flags = command.flags.iter().chain(COMMON);
    flags.map(|flag| format!("--{}", flag.name)).collect::<Vec<_>>().join(" ")
}

/// What stands behind a subcommand: a provider, or a file.
fn first_words(command: &Command) -> String {
    match command.name {
        "app" => OF_APP.to_owned(),
        "help" => names(),
        "version" => String::new(),
        _ => PROVIDERS.to_owned(),
    }
}

fn bash() -> String {
    let mut script = format!(
        "# bash completion for erptoken. Written by `erptoken completions bash`: do not edit.
_erptoken() {{
    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" flags= words=
    COMPREPLY=()
    if [ \"$COMP_CWORD\" -eq 1 ]; then
        COMPREPLY=($(compgen -W '{}' -- \"$word\"))
        return
    fi
    case \"${{COMP_WORDS[COMP_CWORD-1]}}\" in
        --options|--data|--out)
            compopt -o filenames
            COMPREPLY=($(compgen -f -- \"$word\"))
            return ;;
        --set|--header|--min-seconds)
            [ \"${{COMP_WORDS[1]}}\" = get ] && [ \"${{COMP_WORDS[COMP_CWORD-1]}}\" = --header ] || return ;;
    esac
    case \"${{COMP_WORDS[1]}}\" in
",
        names()
    );
    for command in COMMANDS {
        script += &format!(
            "        {}) flags='{}' words='{}' ;;\n",
            command.name,
            flags(command),
            first_words(command)
        );
    }
    script += &format!(
        "    esac
    case \"$word\" in
        -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;
        *)
            [ \"${{COMP_WORDS[1]}}\" = app ] && [ \"$COMP_CWORD\" -gt 2 ] && words='{PROVIDERS}'
            compopt -o filenames
            COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -X '!*.json' -- \"$word\") $(compgen -d -- \"$word\")) ;;
    esac
}}
complete -F _erptoken erptoken
"
    );
    script
}

fn zsh(language: Language) -> String {
    let quoted = |text: &str| text.replace('\'', "'\\''").replace(':', "\\:");
    let mut script = String::from(
        "#compdef erptoken
# Written by `erptoken completions zsh`: do not edit.
_erptoken() {
    local -a commands flags first
    commands=(
",
    );
    for command in COMMANDS {
        script += &format!("        '{}:{}'\n", command.name, quoted(command.about.of(language)));
    }
    script += "    )
    if (( CURRENT == 2 )); then
        _describe erptoken commands
        return
    fi
    case ${words[2]} in
";
    for command in COMMANDS {
        script += &format!(
            "        {}) flags=({}) first=({}) ;;\n",
            command.name,
            flags(command),
            first_words(command)
        );
    }
    script += "    esac
    if [[ $PREFIX == -* ]]; then
        compadd -- $flags
    else
        compadd -- $first
        _files
    fi
}
_erptoken \"$@\"
";
    script
}

fn fish(language: Language) -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut script = String::from(
        "# fish completion for erptoken. Written by `erptoken completions fish`: do not edit.\n",
    );
    for command in COMMANDS {
        let about = quoted(command.about.of(language));
        script +=
            &format!("complete -c erptoken -n __fish_use_subcommand -a {} -d '{about}'\n", command.name);
        let seen = format!("'__fish_seen_subcommand_from {}'", command.name);
        script += &format!("complete -c erptoken -n {seen} -a '{}'\n", first_words(command));
        for flag in command.flags.iter().chain(COMMON) {
            let takes = if flag.value.0.is_empty() { "" } else { " -r" };
            let about = quoted(flag.about.of(language));
            script += &format!("complete -c erptoken -n {seen} -l {}{takes} -d '{about}'\n", flag.name);
        }
    }
    script
}

fn powershell() -> String {
    let mut script = String::from(
        "# PowerShell completion for erptoken. Written by `erptoken completions powershell`: do not edit.
# Not run yet: no PowerShell was at hand.
Register-ArgumentCompleter -Native -CommandName erptoken -ScriptBlock {
    param($word, $line, $position)
    $words = @($line.CommandElements | ForEach-Object { $_.ToString() })
    $known = switch ($words[1]) {
",
    );
    for command in COMMANDS {
        script +=
            &format!("        '{}' {{ '{} {}' }}\n", command.name, first_words(command), flags(command));
    }
    script += &format!(
        "        default {{ '{}' }}
    }}
    $known -split ' ' | Where-Object {{ $_ -like \"$word*\" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
",
        names()
    );
    script
}
