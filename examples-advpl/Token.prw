#include "TOTVS.CH"

// O token da Senior em AdvPL, por erptoken_advpl.dll (veja erptoken_advpl.c): as duas DLLs, erptoken.dll e ela, ficam na
// pasta do SmartClient, e são da mesma arquitetura que ele: compiladas, estão em win-x86 e win-x64. Quem executa
// a DLL é a máquina do SmartClient.
//
// Não foi executado: aqui não há Protheus. As chamadas seguem o exemplo publicado pela TOTVS para ExeDLLRun3.

#define ERPTOKEN_TOKEN         1
#define ERPTOKEN_AUTHORIZATION 2
#define ERPTOKEN_REFUSED       3

User Function TokenSenior()
    Local cHeader := ""
    Local cErro   := ""
    Local cConta  := "senior" + CRLF + "username=admin@empresa.com.br" + CRLF + "password=senhaUsuario"

    If ErpToken(ERPTOKEN_AUTHORIZATION, cConta, @cHeader, @cErro) == 0
        ConOut("o cabecalho tem " + AllTrim(Str(Len(cHeader))) + " caracteres")   // "Authorization: " + cHeader
    Else
        MsgStop(cErro)
    EndIf
Return

// Devolve 0 e o resultado, ou um código ERPTOKEN_E_* e o motivo. Peça o token antes de cada requisição: ele fica guardado
// no processo do SmartClient e só se faz um login quando é preciso.
Static Function ErpToken(nOperacao, cConta, cResultado, cErro)
    Local nDll    := ExecInDLLOpen("erptoken_advpl.dll")
    Local cBuffer := PadR(cConta + Chr(0), 8192)
    Local nStatus

    If nDll < 0
        cErro := "erptoken_advpl.dll nao foi carregada: " + AllTrim(Str(nDll))
        Return nDll
    EndIf
    nStatus := ExeDLLRun3(nDll, nOperacao, @cBuffer)
    ExecInDLLClose(nDll)
    If At(Chr(0), cBuffer) > 0
        cBuffer := SubStr(cBuffer, 1, At(Chr(0), cBuffer) - 1)
    EndIf
    If nStatus == 0
        cResultado := cBuffer
    Else
        cErro := cBuffer
    EndIf
Return nStatus
