// erptoken @VERSION@ for Harbour: the numbers of ErpToken.prg. Generated from the library's source: do not edit.

@CONSTANTS@
