// The state of one run of the parser. Recursive descent: one function a grammar rule, the rule in
// a comment where the function is defined (EBNF: { } repeats, [ ] is optional). Internal to parse/.
//
//   parser.cpp   tokens, messages, recovery, lists        types.cpp     types, lookahead over types
//   exprs.cpp    operators, casts, lambdas                primary.cpp   literals, names, new, lists
//   patterns.cpp patterns, switch expressions             stmts.cpp     statements
//   decls.cpp    functions, variables, parameters         expr_stmts.cpp  the rest of them
//   members.cpp  types and their members
//
// [bounded-nesting] Every function that can reach itself again passes a Nest on the way, and trees
// that are made in loops are bounded by `grow`. Past the limit there is one message and the rest of
// the file is given up.
#pragma once

#include <tuple>
#include <unordered_map>

#include "parse/parse.h"

namespace dream::parse {

using namespace dream::ast;
using lex::Token;
using lex::TokenKind;

// Where a declaration stands.
enum class Place : uint8_t { TopLevel, Local, Class, Interface };

// int, string, ... / a numeric type of C# that Dream lacks
bool is_predefined(TokenKind k);
bool is_foreign_type(std::string_view word);

class Parser {
  public:
    Parser(const Sources& sources, const lex::TokenBuffer& tokens, Arena& arena, diag::Sink& diag,
           const Options& options);
    File* file();

  private:
    // ---- parser.cpp
    const Token& tok() const { return tokens_[pos_]; }
    TokenKind kind() const { return tokens_[pos_].kind; }
    TokenKind kind_at(uint32_t i) const { return i < count_ ? tokens_[i].kind : TokenKind::End; }
    const Token& token_at(uint32_t i) const { return tokens_[i < count_ ? i : count_ - 1]; }
    TokenKind peek(uint32_t ahead = 1) const { return kind_at(pos_ + ahead); }
    bool at(TokenKind k) const { return kind() == k; }
    bool at_end() const { return at(TokenKind::End); }
    bool at_word(std::string_view word) const { return is_word(pos_, word); }
    bool is_word(uint32_t i, std::string_view word) const {
        const Token& t = token_at(i);
        return t.kind == TokenKind::Identifier && buffer_.text_of(t) == word;
    }
    void advance() {
        if (pos_ + 1 < count_) ++pos_;
    }
    bool accept(TokenKind k) {
        if (!at(k)) return false;
        advance();
        return true;
    }
    bool expect(TokenKind k);
    void expect_semicolon();
    // The end of a bracket that was opened at token `open`.
    bool expect_close(TokenKind k, uint32_t open);
    // True if token i follows the one in front of it without space between them.
    bool adjacent(uint32_t i) const { return i > 0 && token_at(i).begin == token_at(i - 1).end; }
    bool starts_line(uint32_t i) const;
    // The token that closes the bracket at i, or 0.
    uint32_t match(uint32_t i) const { return token_at(i).value; }
    Name name_at(uint32_t i) const {
        const Token& t = token_at(i);
        return {buffer_.name_of(t), buffer_.span_of(t)};
    }
    // A name, or an empty one after a message.
    Name expect_name();
    Span span_at(uint32_t i) const { return buffer_.span_of(token_at(i)); }
    Span here() const { return span_at(pos_); }
    // From token `first` to the last one that was taken.
    Span span_from(uint32_t first) const;
    // The place right behind the last token taken.
    Span behind() const;
    std::string found() const { return found(pos_); }
    std::string found(uint32_t i) const;

    template <diag::Kind K, class... Args>
    diag::Diagnostic* error(Span at, const Args&... args) {
        if (!may_report()) return nullptr;
        return &diag_.report<K>(at, args...);
    }
    // About something that has a place of its own and does not stop the parser at this token.
    template <diag::Kind K, class... Args>
    diag::Diagnostic* complain(Span at, const Args&... args) {
        if (!may_complain()) return nullptr;
        return &diag_.report<K>(at, args...);
    }
    bool may_report();
    bool may_complain();
    void too_deep(Span at, int limit);
    void skip_statement();
    void skip_in_list(TokenKind close);
    void skip_balanced();

    void scan_type_names();
    bool is_type_name(std::string_view name) const;

    struct Nest {
        Parser& parser;
        bool ok;
        explicit Nest(Parser& p) : parser(p), ok(++p.depth_ <= kMaxNesting) {
            if (!ok) p.too_deep(p.here(), kMaxNesting);
        }
        ~Nest() { --parser.depth_; }
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;
    };

    // A list under construction: a stretch at the end of a scratch vector shared per type.
    template <class T>
    class Building {
      public:
        explicit Building(Parser& p)
            : parser_(p), items_(std::get<std::vector<T>>(p.scratch_)), start_(items_.size()) {}
        ~Building() { items_.resize(start_); }
        Building(const Building&) = delete;
        Building& operator=(const Building&) = delete;
        void add(const T& item) { items_.push_back(item); }
        size_t size() const { return items_.size() - start_; }
        T& back() { return items_.back(); }
        List<T> finish() const { return parser_.keep(items_.data() + start_, size()); }

      private:
        Parser& parser_;
        std::vector<T>& items_;
        size_t start_;
    };
    template <class T>
    List<T> keep(const T* items, size_t count);
    std::string_view keep_text(std::string_view text);

    // A node at token `first`; `done` gives it its span.
    template <class T>
    T* make() {
        return arena_.make<T>();
    }
    template <class T>
    T* done(T* node, uint32_t first) {
        node->span = span_from(first);
        return node;
    }
    // [bounded-height] Accounts for a child of `node`.
    template <class Node, class Child>
    void grow(Node* node, const Child* child) {
        if (!child || child->height < node->height) return;
        if (child->height >= kMaxHeight) return too_deep(here(), kMaxHeight);
        node->height = static_cast<uint16_t>(child->height + 1);
    }
    template <class Node>
    void grow_args(Node* node, const List<Arg>& args) {
        for (const Arg& arg : args) grow(node, arg.value);
    }
    template <class Node>
    void grow_params(Node* node, const List<Param>& params) {
        for (const Param& p : params) {
            grow(node, p.type);
            grow(node, p.initial);
        }
    }

    // ---- types.cpp
    Type* type();
    Type* type_core();
    Type* unsized_type();
    void reject_sizes(const Type* type);
    Type* named_type();
    Type* func_type();
    Type* array_suffix(Type* element);
    Type* wrap_dims(Type* element, bool is_behind_type, uint32_t& count);
    List<FuncTypeParam> func_type_params(uint32_t open);
    List<Type*> type_args();
    Type* error_type();
    bool starts_type() const;
    // What a scan over a type found: the token behind it (0: no type), and whether it can be
    // nothing else (`int`, `List<int>[]`), or is a name, maybe dotted, that may be a value too.
    struct Scan {
        uint32_t end = 0;
        bool is_certain = false;
        bool is_single_name = false;
    };
    enum class Stars : uint8_t { No, OfKnownTypes, Yes };
    Scan scan_type(uint32_t i, Stars stars, int depth = 0) const;
    Scan scan_suffixes(uint32_t i, bool is_certain, bool is_type, Stars stars) const;
    uint32_t scan_type_args(uint32_t i, int depth) const;
    bool is_generic_name(uint32_t i, uint32_t& end) const;

    // ---- exprs.cpp
    Expr* expr();
    Expr* conditional();
    Expr* binary(int min_precedence);
    Expr* unary();
    Expr* unary_operator(UnaryOp op);
    Expr* postfix(Expr* e, uint32_t first);
    Expr* member(Expr* object, uint32_t first, bool is_conditional);
    Expr* index(Expr* object, uint32_t first, bool is_conditional);
    Expr* null_chain(Expr* e, uint32_t first);
    Expr* lambda();
    Expr* throw_expr();
    bool is_lambda() const;
    bool is_cast() const;
    bool starts_expr(uint32_t i) const;
    struct OperatorToken {
        BinaryOp op = BinaryOp::Add;
        int precedence = 0;  // 0: none
        uint32_t length = 1;
    };
    OperatorToken binary_operator() const;
    bool assignment_operator(bool& is_compound, BinaryOp& op, uint32_t& length) const;
    void foreign_operator();
    bool foreign_comparison();
    Binary* make_binary(BinaryOp op, Expr* lhs, Expr* rhs, Span op_span);
    List<Arg> args(TokenKind close);
    Arg arg();

    // ---- primary.cpp
    Expr* primary();
    Expr* literal();
    Expr* name_expr();
    Expr* paren();
    Expr* new_expr();
    Expr* new_array(Type* element, uint32_t first);
    Expr* array_literal();
    Expr* brace_list();
    ArrayLiteral* brace_array();
    Initializer* initializer();
    InitializerItem initializer_item();
    Expr* initializer_value();
    Expr* interpolation();
    Expr* size_of();
    Expr* default_value();
    Expr* reserved_expr();
    Expr* error_expr();

    // ---- patterns.cpp
    Pattern* pattern(bool after_is);
    Pattern* and_pattern(bool after_is);
    Pattern* unary_pattern(bool after_is);
    Pattern* primary_pattern(bool after_is);
    Pattern* type_or_constant_pattern(bool after_is);
    Pattern* constant_pattern();
    bool continues_constant(uint32_t i) const;
    Pattern* foreign_pattern(std::string_view what);
    BinaryPattern* binary_pattern(bool is_or, Pattern* lhs, Pattern* rhs);
    Expr* switch_expr(Expr* value, uint32_t first);

    // ---- stmts.cpp
    Stmt* stmt(Place place);
    Stmt* body_stmt();
    Block* block();
    List<Stmt*> stmts_until_brace(Place place);
    Stmt* if_stmt();
    Stmt* while_stmt();
    Stmt* do_stmt();
    Stmt* for_stmt();
    Stmt* foreach_stmt();
    Stmt* switch_stmt();
    SwitchSection switch_section();
    Stmt* return_stmt();
    Stmt* throw_stmt();
    Stmt* try_stmt();
    Catch catch_clause();
    Stmt* using_stmt();
    Stmt* decl_stmt(Decl* decl, uint32_t first);
    Expr* condition();
    List<Expr*> expr_list(TokenKind close);
    Stmt* error_stmt(uint32_t first);
    bool starts_declaration(Place place) const;
    bool starts_variable() const;

    // ---- expr_stmts.cpp
    Stmt* expr_stmt();
    Stmt* orphan_stmt();
    Stmt* reserved_stmt();

    // ---- decls.cpp
    Decl* declaration(Place place);
    Modifiers modifiers(Place place);
    Decl* typed_declaration(Place place, Modifiers words, uint32_t first);
    Decl* func_declaration(Place place, Modifiers words, uint32_t first);
    Function* function(Place place, Modifiers words, uint32_t first, Type* result, bool has_func);
    void function_rest(Function* f, Place place, uint32_t first, uint32_t head);
    void constructor_chain(Function* f);
    Variables* variables(Modifiers words, uint32_t first, Type* type);
    Variables* variables_without_end(Modifiers words, uint32_t first, Type* type);
    Variable variable(Type* type);
    bool is_inferred_function() const;
    bool may_have_no_body(const Function& f, Place place) const;
    List<TypeParam> type_params();
    List<Constraint> constraints();
    List<Param> params(uint32_t open, bool names_optional, bool* varargs);
    Param param(bool names_optional);
    void operator_name(Function* f);
    bool at_conversion() const;
    Decl* conversion(Place place, Modifiers words, uint32_t first);
    void check_operator(Function* f);
    void leave_type_params(const List<TypeParam>& params);
    Decl* error_decl(uint32_t first);

    // ---- members.cpp
    Decl* type_decl(Modifiers words, uint32_t first);
    List<Decl*> members(Place place, uint32_t open);
    Decl* member_decl(Place place);
    Decl* enum_decl(Modifiers words, uint32_t first);
    Decl* typedef_decl(Modifiers words, uint32_t first);
    Decl* property(Place place, Modifiers words, uint32_t first, Type* type);
    void accessors(Property* p);
    Decl* destructor(Modifiers words, uint32_t first);
    DottedName dotted_name();
    Module* module_decl();
    Import* import_decl();

    const Sources& sources_;
    const lex::TokenBuffer& buffer_;
    const Token* tokens_;
    uint32_t count_;
    uint32_t pos_ = 0;
    Arena& arena_;
    diag::Sink& diag_;

    int depth_ = 0;
    bool given_up_ = false;  // nested too deeply: silence from here on
    int errors_ = 0;         // reported or held back
    int reported_ = 0;
    int missing_openers_ = 0;  // `{` that were reported as missing: so many `}` close nothing
    uint32_t silent_at_ = UINT32_MAX;  // a message was given at this token

    std::span<const std::string_view> library_types_;
    std::span<const ImportTarget> imports_;
    std::unordered_map<std::string_view, int> type_names_;  // and in how many scopes each is known
    std::string_view type_name_;  // the class or struct whose members are read, or ""

    std::tuple<std::vector<Expr*>, std::vector<Type*>, std::vector<Stmt*>, std::vector<Decl*>,
               std::vector<Arg>, std::vector<Param>, std::vector<Variable>, std::vector<NamePart>,
               std::vector<FuncTypeParam>, std::vector<InterpolationPart>,
               std::vector<InitializerItem>, std::vector<SwitchExprArm>, std::vector<IfArm>,
               std::vector<SwitchLabel>, std::vector<SwitchSection>, std::vector<Catch>,
               std::vector<TypeParam>, std::vector<Constraint>, std::vector<EnumMember>,
               std::vector<Name>, std::vector<Import*>>
        scratch_;

    // Memory for lists: blocks that the arena owns.
    struct ListBlock {
        alignas(8) std::byte bytes[16 * 1024];
    };
    ListBlock* list_block_ = nullptr;
    size_t list_used_ = 0;
};

template <class T>
List<T> Parser::keep(const T* items, size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    if (count == 0) return {};
    size_t size = count * sizeof(T);
    T* target;
    if (size > sizeof(ListBlock) / 4) {
        target = arena_.make<std::vector<T>>(count)->data();
    } else {
        size_t rounded = (size + 7) & ~size_t{7};
        if (!list_block_ || list_used_ + rounded > sizeof(ListBlock)) {
            list_block_ = arena_.make<ListBlock>();
            list_used_ = 0;
        }
        target = reinterpret_cast<T*>(list_block_->bytes + list_used_);
        list_used_ += rounded;
    }
    std::uninitialized_copy(items, items + count, target);
    return {target, static_cast<uint32_t>(count)};
}

}  // namespace dream::parse
