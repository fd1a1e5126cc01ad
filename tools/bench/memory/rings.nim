import os, strutils

type
  Node = ref object
    next: Node
    value: int32
  Live = ref object
    cursor: Node

proc ring(i: int): int32 =
  let a = Node(value: int32(i))
  let b = Node(value: 1)
  a.next = b
  b.next = a
  a.next.value

proc main() =
  let count = parseInt(paramStr(1))
  let size = parseInt(paramStr(2))
  let live = Live()
  if size > 0:
    let first = Node(value: 0)
    var last = first
    for i in 1 ..< size:
      let next = Node(value: 0)
      last.next = next
      last = next
    last.next = first
    live.cursor = first
  var sum = 0'i32
  for i in 0 ..< count:
    sum += ring(i)
    if size > 0: live.cursor = live.cursor.next
  echo sum

main()
