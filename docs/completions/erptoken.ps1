# PowerShell completion for erptoken. Written by `erptoken completions powershell`: do not edit.
# Not run yet: no PowerShell was at hand.
Register-ArgumentCompleter -Native -CommandName erptoken -ScriptBlock {
    param($word, $line, $position)
    $words = @($line.CommandElements | ForEach-Object { $_.ToString() })
    $known = switch ($words[1]) {
        'get' { 'senior invoisys assine --header --json --min-seconds --renew --set --options --help' }
        'request' { 'senior invoisys assine --data --header --out --set --options --help' }
        'exec' { 'senior invoisys assine --set --options --help' }
        'reject' { 'senior invoisys assine --set --options --help' }
        'logout' { 'senior invoisys assine --set --options --help' }
        'info' { 'senior invoisys assine --json --set --options --help' }
        'app' { 'check create list get revoke --json --set --options --help' }
        'consent' { 'senior invoisys assine --redirect-uri --port --set --options --help' }
        'diagnose' { 'senior invoisys assine --json --set --options --help' }
        'check' { 'senior invoisys assine --json --set --options --help' }
        'version' { ' --set --options --help' }
        'help' { 'get request exec reject logout info app consent diagnose check version help --set --options --help' }
        default { 'get request exec reject logout info app consent diagnose check version help' }
    }
    $known -split ' ' | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
