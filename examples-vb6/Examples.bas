Attribute VB_Name = "Examples"
' The three jobs in VB6, and in VBA for Excel and Access (import this module and include\ErpToken.bas).
'
' Put your own users and passwords in. Each of them prints to the window "Immediate" (Ctrl+G).
Option Explicit

Public Sub Main()
    SeniorFreight
    InvoisysRenewal
    AssineApplication
    WithoutErrors
End Sub

' The freights that Senior's platform knows. TLS 1.2 and 1.3 also where this Windows has none.
Public Sub SeniorFreight()
    Dim account As Long, response As Long
    On Error GoTo Failed
    account = ErpOpen("senior")
    ErpSet account, "username", "admin@empresa.com.br"
    ErpSet account, "password", "senhaUsuario"

    ' An address that begins with "/" is appended to the environment's own.
    response = ErpRequest(account, "GET", "/tms/freights")
    Debug.Print "HTTP"; ErpResponseStatus(response)
    Debug.Print "first freight: "; ErpResponseField(response, "/freights/0/city")

Failed:
    If Err.Number <> 0 Then Debug.Print ErpStatus(); Err.Description
    erptokenw_close response
    erptokenw_close account
End Sub

' An API refuses a token that should be good. ErpRequest renews and repeats by itself; this is for a component of your
' own, here WinHttp.
Public Sub InvoisysRenewal()
    Dim account As Long, header As String, http As Object, attempt As Long
    On Error GoTo Failed
    account = ErpOpen("invoisys")
    ErpSet account, "username", "email@email.com.br"
    ErpSet account, "password", "senha do usu" & ChrW$(225) & "rio"

    For attempt = 1 To 2
        header = ErpAuthorization(account)
        Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
        http.Open "GET", "https://api.invoisys.com.br/api/nfe/getbychave/35210112345678000195550010000000011000000017", False
        http.SetRequestHeader "Authorization", header
        http.Send
        Debug.Print "HTTP"; http.Status
        If http.Status <> 401 Then Exit For
        ' False: this token replaced a refused one a moment ago. A permission is missing; show the answer to a person.
        If Not ErpReject(account, header) Then Exit For
    Next

Failed:
    If Err.Number <> 0 Then Debug.Print ErpStatus(); Err.Description
    erptokenw_close account
End Sub

' An application token of assine.online, for a program that runs unattended.
Public Sub AssineApplication()
    Dim account As Long, list As Long, id As String
    On Error GoTo Failed
    account = ErpOpen("assine")
    ErpSet account, "username", "siletic225@xhyemail.com"
    ErpSet account, "password", "INFORME_SENHA"

    If ErpAppAllowed(account) Then
        id = ErpAppCreate(account, "30") ' Days.
        Debug.Print "token "; id; " of"; Len(ErpAppGet(account, id)); " characters"
        list = ErpAppList(account)
        Debug.Print "application tokens: "; ErpResponseField(list, "/count")
        ErpAppRevoke account, id
    End If

Failed:
    If Err.Number <> 0 Then Debug.Print ErpStatus(); Err.Description
    erptokenw_close list
    erptokenw_close account
End Sub

' The declared functions with VB6's own strings, for a program that looks at statuses instead of errors.
Public Sub WithoutErrors()
#If VBA7 Then
    ' In Office texts are given by StrPtr, to erptokenw_get and the others.
#Else
    Dim account As Long, token As String, length As Long, status As Long
    status = erptokena_open("senior", account)
    If status = ERPTOKEN_OK Then status = erptokena_set(account, "username", "admin@empresa.com.br")
    If status = ERPTOKEN_OK Then status = erptokena_set(account, "password", "senhaUsuario")
    length = 4096
    Do While status = ERPTOKEN_OK
        token = String$(length, vbNullChar) ' Room: the library writes into what is there.
        status = erptokena_get(account, token, length)
        If status <> ERPTOKEN_E_BUFFER Then Exit Do
        status = ERPTOKEN_OK ' Again, with the length that was asked for.
    Loop
    If status = ERPTOKEN_OK Then
        Debug.Print "token of"; Len(Left$(token, length)); " characters"
    Else
        Debug.Print status; ErpErrorText()
    End If
    erptokena_close account
#End If
End Sub
