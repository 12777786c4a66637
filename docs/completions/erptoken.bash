# bash completion for erptoken. Written by `erptoken completions bash`: do not edit.
_erptoken() {
    local word="${COMP_WORDS[COMP_CWORD]}" flags= words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'get request exec reject logout info app consent diagnose check version help' -- "$word"))
        return
    fi
    case "${COMP_WORDS[COMP_CWORD-1]}" in
        --options|--data|--out)
            compopt -o filenames
            COMPREPLY=($(compgen -f -- "$word"))
            return ;;
        --set|--header|--min-seconds)
            [ "${COMP_WORDS[1]}" = get ] && [ "${COMP_WORDS[COMP_CWORD-1]}" = --header ] || return ;;
    esac
    case "${COMP_WORDS[1]}" in
        get) flags='--header --json --min-seconds --renew --set --options --help' words='senior invoisys assine' ;;
        request) flags='--data --header --out --set --options --help' words='senior invoisys assine' ;;
        exec) flags='--set --options --help' words='senior invoisys assine' ;;
        reject) flags='--set --options --help' words='senior invoisys assine' ;;
        logout) flags='--set --options --help' words='senior invoisys assine' ;;
        info) flags='--json --set --options --help' words='senior invoisys assine' ;;
        app) flags='--json --set --options --help' words='check create list get revoke' ;;
        consent) flags='--redirect-uri --port --set --options --help' words='senior invoisys assine' ;;
        diagnose) flags='--json --set --options --help' words='senior invoisys assine' ;;
        check) flags='--json --set --options --help' words='senior invoisys assine' ;;
        version) flags='--set --options --help' words='' ;;
        help) flags='--set --options --help' words='get request exec reject logout info app consent diagnose check version help' ;;
    esac
    case "$word" in
        -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
        *)
            [ "${COMP_WORDS[1]}" = app ] && [ "$COMP_CWORD" -gt 2 ] && words='senior invoisys assine'
            compopt -o filenames
            COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -X '!*.json' -- "$word") $(compgen -d -- "$word")) ;;
    esac
}
complete -F _erptoken erptoken
