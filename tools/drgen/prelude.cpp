// The part that all programs share: their types, and how values of them are printed.
#include "generator.h"

namespace drgen {

const char* const kPrelude = R"dream(int fuel = 400;
int died = 0;
interface IThing {
    int Worth { get; }
    func string Tell();
    func string Twice() => cut(Tell() + Tell());
}
class Node : IThing {
    int id; string name; Node next; Node other; Node[] kids; int[] data; Pair pair;
    func string(Node) hook;
    object tag;
    List<Node> friends { get; set; }
    Pair Extra { get; set; }
    func Node(int id, string name) {
        this.id = id; this.name = name;
        if (id == 13) throw "unlucky " + name;
        this.data = [id, id + 1];
    }
    virtual func string Show() { return "N" + id + name; }
    func Node Link(Node n) { this.next = n; return this; }
    func string Rename(string n) { string old = name; name = n; return old + name; }
    func int Drop(Node n) { this.next = null; this.other = null; kids = null; if (n == null) return 0; return n.id; }
    func void Grow(string s) { name += s; if (name.Length > 40) name = s; }
    string Label { get { return name + "!"; } set { if (value == null) throw "no label"; name = cut(value); } }
    virtual Node Peer { get => other; set { Node old = other; other = value; if (old != null) old.other = null; } }
    Node this[int i] { get { return kids[i]; } set { if (kids == null) kids = new Node[3]; kids[i] = value; } }
    int Worth => id * 2;
    func string Tell() => Show();
    func string Ask(Node n) { if (hook == null || --fuel < 0) return "-"; return cut(hook(n)); }
}
class Leaf : Node {
    string extra;
    func Leaf(int id, string e) : base(id, e) { extra = e + id; }
    override func string Show() { return "L" + id + extra; }
    override Node Peer { get => next; set { next = value; extra = cut(extra + id); } }
}
class Mortal : Node {
    func Mortal(int id) : base(id, "m") { }
)dream";

// Every other program is without it: only where no class on a cycle has a destructor in reach are large
// collections made in slices.
const char* const kDestructor = R"dream(    ~Mortal() { died += id; }
)dream";

const char* const kPreludeRest = R"dream(}
struct Pair {
    int a; string s; int[] xs; Node n;
    func void Set(int i, string t) { a = i; s = t; xs = [i]; }
    func string Text() { return a + ":" + s; }
    static Pair operator +(Pair l, Pair r) { Pair p = l; p.a += r.a; p.s = cut("" + l.s + r.s); p.n = r.n ?? l.n; return p; }
}
struct Coin : IThing {
    int worth; string mint;
    Coin(int w, string m) { worth = w; mint = m; }
    int Worth => worth;
    func string Tell() => $"c{worth}{mint}";
}
class Part {
    int weight;
    virtual func int Weigh() { return weight; }
    virtual Part Inner { get => null; set { weight++; } }
}
class Dot : Part {
    Dot(int w) { weight = w; }
    override func int Weigh() { return weight + 1; }
}
class Mark : Part {
    string text;
    Mark(string t) { text = t; }
    override func int Weigh() { return weight + (text == null ? 0 : text.Length); }
}
class Frame : Part {
    Part inner; Part last;
    override Part Inner { get => inner; set { last = inner; inner = value; } }
}
class Box<T> {
    T value; T old; int swaps;
    Box(T v) { value = v; }
    T Swap(T v) { old = value; value = v; swaps++; return old; }
    T Value { get => value; set { Swap(value); } }
}
class Held {
    string name; Node node;
    Held(string n, Node k) { name = n; node = k; }
    func void Dispose() { Console.WriteLine("close " + cut(name)); if (node != null) node.Grow("."); name = null; }
}
func T choose<T>(bool first, T a, T b) { if (first) return a; return b; }
func int measure<T>(T thing) where T : IThing { return thing.Worth + thing.Tell().Length; }
func string joined(string[] parts) { return String.Join("+", parts); }
func int call(func int(int) f, int n) { if (f == null || --fuel < 0) return -1; return f(n); }
func string tell(func string(Node) f) { if (f == null || --fuel < 0) return "no"; return f(null) ?? "nothing"; }
func string showInts(int[] a) { if (a == null) return "null"; string r = "["; foreach (int x in a) r += x + " "; return r + "]"; }
func string showStrings(string[] a) { if (a == null) return "null"; string r = "<"; foreach (string x in a) { r = r + x; r += ","; } return r + ">"; }
func string showMatrix(int[][] m) { if (m == null) return "null"; string r = ""; foreach (int[] row in m) r += showInts(row); return r; }
func string showNode(Node n) {
    string r = ""; int k = 0;
    while (n != null && k < 4) { r += n.Show() + "-" + showInts(n.data); n = n.next; k++; }
    return r;
}
func string showNodes(Node[] a) { if (a == null) return "null"; string r = "{"; foreach (Node n in a) { if (n == null) { r += "_"; continue; } r += n.Show(); } return r + "}"; }
func string showPair(Pair p) { return "(" + p.Text() + showInts(p.xs) + (p.n == null ? "" : p.n.Show()) + ")"; }
func string showPairs(Pair[] a) { if (a == null) return "null"; string r = ""; foreach (Pair p in a) r += showPair(p); return r; }
func string showPart(Part p) {
    string r = "<"; int k = 0;
    while (p != null && k < 4) { r += p.Weigh() + ";"; p = p.Inner; k++; }
    return r + ">";
}
func string showThing(IThing t) { return t == null ? "no thing" : t.Tell() + t.Worth; }
func string showObject(object o) {
    return o switch {
        null => "null", int n when n > 100 => "big", int n => "i" + n, bool b => "b" + b, string s => "s" + s,
        Leaf l => "leaf" + l.extra, Node n => n.Show(), Pair p => showPair(p), IThing t => t.Tell(),
        int[] a => showInts(a), _ => "other"
    };
}
func string showTexts(List<string> l) { if (l == null) return "null"; string r = "("; foreach (string s in l) r += s + ";"; return r + ")"; }
func string showChain(List<Node> l) { if (l == null) return "null"; string r = "("; foreach (Node n in l) r += n?.Show() ?? "_"; return r + ")"; }
func string showRows(List<Pair> l) { if (l == null) return "null"; string r = "("; foreach (Pair p in l) r += showPair(p); return r + ")"; }
func string showMap(Dictionary<string, Node> m) { if (m == null) return "null"; string r = "{"; foreach (KeyValuePair<string, Node> e in m) r += e.Key + "=" + (e.Value?.Show() ?? "_") + " "; return r + "}"; }
func string showBox(Box<string> b) { return b == null ? "null" : "#" + b.value + b.old + b.swaps; }
func string cut(string s) { if (s == null) return ""; if (s.Length > 60) return s.Substring(0, 60); return s; }
)dream";

}  // namespace drgen
