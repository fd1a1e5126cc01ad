import os, strutils

type
  Tree = ref object
    left, right: Tree

proc check(tree: Tree): int =
  if tree.left == nil: 1 else: 1 + check(tree.left) + check(tree.right)

proc make(depth: int): Tree =
  if depth == 0: Tree(left: nil, right: nil)
  else: Tree(left: make(depth - 1), right: make(depth - 1))

proc main() =
  let n = parseInt(paramStr(1))
  let most = max(6, n)
  echo "stretch tree of depth ", most + 1, "\t check: ", check(make(most + 1))
  let kept = make(most)
  for depth in countup(4, most, 2):
    let count = 1 shl (most - depth + 4)
    var sum = 0
    for i in 0 ..< count: sum += check(make(depth))
    echo count, "\t trees of depth ", depth, "\t check: ", sum
  echo "long lived tree of depth ", most, "\t check: ", check(kept)

main()
