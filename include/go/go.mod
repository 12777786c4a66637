module erptoken

go 1.17
