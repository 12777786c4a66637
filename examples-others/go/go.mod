module example

go 1.17

require erptoken v0.0.0

replace erptoken => ../../include/go
