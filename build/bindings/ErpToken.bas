Attribute VB_Name = "ErpTokenModule"
' erptoken @VERSION@ for VB6 and VBA (Excel, Access; 32 and 64 bits): declarations generated from the library's source,
' and below them functions that raise errors. Not run: it was made where there is no VB6 and no Office. A test compares
' its declarations and its calls with what the library exports.
'
'   Dim account As Long
'   account = ErpOpen("senior")
'   ErpSet account, "username", "admin@empresa.com.br"
'   ErpSet account, "password", "senhaUsuario"
'   http.setRequestHeader "Authorization", ErpAuthorization(account)
'   ErpClose account
'
' Put erptoken.dll of the program's own kind beside the program: 32 bits for VB6 and 32-bit Office, 64 bits for 64-bit
' Office. An error's number is vbObjectError - status, so ErpStatus gives the status back; its description says what to
' do. Ask for the token before every request instead of keeping it.
Option Explicit

' In VB6, and in Office before 2010, which is like it, the functions below give texts as the language does, in the code page
' of the machine: a letter that it has not (1252 has no Greek one) arrives as a question mark. True: in UTF-16, as VBA of
' Office 2010 and newer always does. Set it too where Windows' own code page is UTF-8, an option since Windows 10: VB6 has no
' room for its long letters.
#Const ERP_UNICODE = False

@CONSTANTS@
@FUNCTIONS@
' ---- The same with the language's own strings, for VB6 ----
'
' Here texts are 8-bit texts in the code page of the machine. Of a String that a Declare takes ByVal, VB makes a copy in
' that code page, calls with the copy's address, and makes the string anew from the copy when the call has returned. So:
'
' - vbNullString is NULL, "" is an empty text.
' - A buffer is filled first, or there is no room: buffer = String$(length, vbNullChar). Each of these is one byte, so
'   length is the capacity.
' - Afterwards length counts bytes of the code page, and behind the text stands what was not written. The text is
'   Left$(buffer, length), and where a letter may take two bytes (Japan, China) what the rest leaves over:
'   Left$(buffer, Len(buffer) - (capacity - length)).
' - Bytes are As Any: bytes(0) for an array, ByVal text for a text with a length of -1, ByVal 0& for none.
' - Comments, numbers and handles are those of the functions above.
#If VBA7 Then
#Else
@ANSI@
#End If

' ---- Functions that raise errors ----

' What ReadText reads.
Private Const READ_TOKEN As Long = 1
Private Const READ_HEADER_VALUE As Long = 2
Private Const READ_FIELD As Long = 3
Private Const READ_APP_TOKEN As Long = 4
Private Const READ_HEADER As Long = 5
Private Const READ_BODY As Long = 6
Private Const READ_BODY_FIELD As Long = 7
Private Const READ_VERSION As Long = 8
Private Const READ_ERROR_TEXT As Long = 9
Private Const READ_ERROR_CODE As Long = 10

' The status of the error that was raised last, one of ERPTOKEN_E_*; 0: it was none of this library's.
Public Function ErpStatus() As Long
    If Err.Source = "erptoken" Then ErpStatus = vbObjectError - Err.Number
End Function

' Raises an error unless the status is ERPTOKEN_OK.
Public Sub ErpCheck(ByVal status As Long)
    If status <> ERPTOKEN_OK Then Err.Raise vbObjectError - status, "erptoken", ErpErrorText()
End Sub

' Opens an account: "senior", "invoisys", "assine", or the absolute path of a profile.
Public Function ErpOpen(ByVal provider As String) As Long
    Dim account As Long
    If erptokenw_abi_version() \ 1000 <> ERPTOKEN_ABI_VERSION \ 1000 Then
        Err.Raise vbObjectError, "erptoken", "erptoken.dll has another interface than this program was made for"
    End If
    ErpCheck erptokenw_open(StrPtr(provider), account)
    ErpOpen = account
End Function

' Sets an option; an empty value is the default.
Public Sub ErpSet(ByVal account As Long, ByVal option_ As String, ByVal value As String)
    Dim place As Long
    place = InStr(value, vbNullChar)
    If place > 0 Then
        ' Behind it may stand what fills a String * 20, and nothing else: a password would be another one.
        If Len(Replace(Mid$(value, place), vbNullChar, "")) > 0 Then
            Err.Raise vbObjectError - ERPTOKEN_E_ENCODING, "erptoken", "the value has a zero character in it"
        End If
    End If
#If VBA7 Or ERP_UNICODE Then
#Else
    ' VB would give a question mark, or a letter that looks alike: a password would be another one.
    If StrConv(StrConv(value, vbFromUnicode), vbUnicode) <> value Then
        Err.Raise vbObjectError - ERPTOKEN_E_ENCODING, "erptoken", _
            "the value has a letter that the code page of the machine has not: set ERP_UNICODE to True"
    End If
#End If
    ErpCheck erptokenw_set(account, StrPtr(option_), StrPtr(value))
End Sub

' Closes an account or a response; 0 is nothing.
Public Sub ErpClose(ByVal handle As Long)
    ErpCheck erptokenw_close(handle)
End Sub

Public Function ErpGet(ByVal account As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_TOKEN, account, vbNullString, text)
    ErpGet = text
End Function

' The header's value, "Bearer ...", ready to be sent.
Public Function ErpAuthorization(ByVal account As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_HEADER_VALUE, account, vbNullString, text)
    ErpAuthorization = text
End Function

Public Sub ErpRenew(ByVal account As Long)
    ErpCheck erptokenw_renew(account)
End Sub

' An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a
' permission.
Public Function ErpReject(ByVal account As Long, ByVal token As String) As Boolean
    Dim status As Long
    status = erptokenw_reject(account, StrPtr(token))
    If status = ERPTOKEN_E_REFUSED_AGAIN Then Exit Function
    ErpCheck status
    ErpReject = True
End Function

Public Sub ErpLogout(ByVal account As Long)
    ErpCheck erptokenw_logout(account)
End Sub

Public Function ErpInfo(ByVal account As Long, ByVal field As String) As String
    Dim text As String
    ErpCheck ReadText(READ_FIELD, account, field, text)
    ErpInfo = text
End Function

Public Function ErpInfoInt(ByVal account As Long, ByVal field As String) As Long
    Dim value As Long
    ErpCheck erptokenw_info_int(account, StrPtr(field), value)
    ErpInfoInt = value
End Function

Public Function ErpAppAllowed(ByVal account As Long) As Boolean
    Dim allowed As Long
    ErpCheck erptokenw_app_check(account, allowed)
    ErpAppAllowed = (allowed <> 0)
End Function

' Creates an application token; its id. expires: days ("365"), or an instant with its zone.
Public Function ErpAppCreate(ByVal account As Long, ByVal expires As String) As String
    ' Once, with room for every id: a creation is never repeated blindly.
    Dim buffer As String, length As Long
    length = ERPTOKEN_ID_SIZE
    buffer = String$(length, vbNullChar)
    ErpCheck erptokenw_app_create(account, StrPtr(expires), StrPtr(buffer), length)
    ErpAppCreate = Left$(buffer, length) ' Digits and letters of ASCII.
End Function

Public Function ErpAppGet(ByVal account As Long, ByVal id As String) As String
    Dim text As String
    ErpCheck ReadText(READ_APP_TOKEN, account, id, text)
    ErpAppGet = text
End Function

' JSON in a response, to be read with ErpResponseField and closed with ErpClose.
Public Function ErpAppList(ByVal account As Long) As Long
    Dim response As Long
    ErpCheck erptokenw_app_list(account, response)
    ErpAppList = response
End Function

Public Sub ErpAppRevoke(ByVal account As Long, ByVal id As String)
    ErpCheck erptokenw_app_revoke(account, StrPtr(id))
End Sub

' Sends a request with the token on it, renewed and repeated once on 401. headers: lines of "Name: value". A body is
' sent as UTF-8, as JSON unless a header says otherwise. A response, to be closed with ErpClose.
Public Function ErpRequest(ByVal account As Long, ByVal method As String, ByVal url As String, _
        Optional ByVal headers As String, Optional ByVal body As String) As Long
    Dim response As Long, length As Long
    If Len(body) > 0 Then length = -1
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_request(account, StrPtr(method), StrPtr(url), StrPtr(headers), StrPtr(body), length, response)
#Else
    ErpCheck erptokena_request(account, method, url, headers, ByVal body, length, response)
#End If
    ErpRequest = response
End Function

' The same with bytes: a file, an XML in a character set of its own.
Public Function ErpRequestBytes(ByVal account As Long, ByVal method As String, ByVal url As String, _
        ByVal headers As String, ByRef body() As Byte) As Long
    Dim response As Long, length As Long
    length = UBound(body) - LBound(body) + 1
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_request(account, StrPtr(method), StrPtr(url), StrPtr(headers), VarPtr(body(LBound(body))), _
        length, response)
#Else
    ErpCheck erptokena_request(account, method, url, headers, body(LBound(body)), length, response)
#End If
    ErpRequestBytes = response
End Function

Public Function ErpResponseStatus(ByVal response As Long) As Long
    Dim status As Long
    ErpCheck erptokenw_response_status(response, status)
    ErpResponseStatus = status
End Function

Public Function ErpResponseHeader(ByVal response As Long, ByVal name As String) As String
    Dim text As String
    ErpCheck ReadText(READ_HEADER, response, name, text)
    ErpResponseHeader = text
End Function

Public Function ErpResponseText(ByVal response As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_BODY, response, vbNullString, text)
    ErpResponseText = text
End Function

' A value of a JSON body: "/items/0/id".
Public Function ErpResponseField(ByVal response As Long, ByVal path As String) As String
    Dim text As String
    ErpCheck ReadText(READ_BODY_FIELD, response, path, text)
    ErpResponseField = text
End Function

' The body as it came. An empty body is an array of one zero: ask for ErpResponseText first where that matters.
Public Function ErpResponseBytes(ByVal response As Long) As Byte()
    Dim bytes() As Byte, length As Long, status As Long
    ReDim bytes(0 To 0)
    status = erptokenw_response_bytes(response, 0, length)
    If status = ERPTOKEN_E_BUFFER Then
        ReDim bytes(0 To length - 1)
        status = erptokenw_response_bytes(response, VarPtr(bytes(0)), length)
    End If
    ErpCheck status
    ErpResponseBytes = bytes
End Function

' Sets an option of the process, or the default of an account option.
Public Sub ErpConfigure(ByVal option_ As String, ByVal value As String)
    ErpCheck erptokenw_configure(StrPtr(option_), StrPtr(value))
End Sub

' A report for support, without secrets: a response, to be closed with ErpClose.
Public Function ErpDiagnose(ByVal account As Long) As Long
    Dim response As Long
    ErpCheck erptokenw_diagnose(account, response)
    ErpDiagnose = response
End Function

' What is wrong with a profile, and what it would send; nothing is sent. A response, to be closed with ErpClose.
Public Function ErpCheckProfile(ByVal path As String) As Long
    Dim response As Long
    ErpCheck erptokenw_check_profile(StrPtr(path), response)
    ErpCheckProfile = response
End Function

' Closes every handle and wipes every token: for the program, not for an add-in.
Public Sub ErpShutdown()
    ErpCheck erptokenw_shutdown()
End Sub

Public Function ErpVersion() As String
    Dim text As String
    ErpCheck ReadText(READ_VERSION, 0, vbNullString, text)
    ErpVersion = text
End Function

' What the last failing call said, and what to do about it.
Public Function ErpErrorText() As String
    Dim text As String
    ReadText READ_ERROR_TEXT, 0, vbNullString, text
    ErpErrorText = text
End Function

' The provider's own code for the last failure, if it gave one.
Public Function ErpServerCode() As String
    Dim text As String
    ReadText READ_ERROR_CODE, 0, vbNullString, text
    ErpServerCode = text
End Function

' Reads a text of whatever length; the status if there is none.
Private Function ReadText(ByVal source As Long, ByVal handle As Long, ByVal argument As String, _
        ByRef text As String) As Long
    Dim buffer As String, capacity As Long, length As Long, status As Long
    length = 1500 ' Holds nearly every token, and every error text.
    Do
        capacity = length
        buffer = String$(capacity, vbNullChar)
@BOTH@
        Select Case source
        Case READ_TOKEN
            status = erptokenw_get(handle, StrPtr(buffer), length)
        Case READ_HEADER_VALUE
            status = erptokenw_authorization(handle, StrPtr(buffer), length)
        Case READ_FIELD
            status = erptokenw_info(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_APP_TOKEN
            status = erptokenw_app_get(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_HEADER
            status = erptokenw_response_header(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_BODY
            status = erptokenw_response_text(handle, StrPtr(buffer), length)
        Case READ_BODY_FIELD
            status = erptokenw_response_field(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_VERSION
            status = erptokenw_version(StrPtr(buffer), length)
        Case READ_ERROR_TEXT
            status = erptokenw_error_text(StrPtr(buffer), length)
        Case READ_ERROR_CODE
            status = erptokenw_error_server_code(StrPtr(buffer), length)
        End Select
@END@
    Loop While status = ERPTOKEN_E_BUFFER
    ' What was not written are zeros, one character for each.
    If status = ERPTOKEN_OK Then text = Left$(buffer, Len(buffer) - (capacity - length))
    ReadText = status
End Function
