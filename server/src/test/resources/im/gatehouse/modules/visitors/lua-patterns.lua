-- Asks a real Lua what its patterns match, so that LuaPatternTest can hold our own against it.
--
-- Run with Lua 5.4 (Debian's package lua5.4), in the C locale, from this folder:
--     LC_ALL=C lua5.4 lua-patterns.lua > lua-patterns.tsv
-- The stored table was made by Lua 5.4.4. The output is the same at every run.
--
-- Each line is one kind of row, its fields separated by tabs:
--     nil        pattern  subject                             no match
--     found      pattern  subject  start  end  captures...    as string.find gives them; a capture is =text or @position
--     malformed  pattern  message                             the pattern is refused, at the latest while matching
--     complex    pattern  subject                             Lua gives up: "pattern too complex"
--     mask       pattern  hexadecimal digits                  which of the 256 single bytes match, lowest bit first
-- Backslash, blanks and all that is not visible ASCII stand as \xHH.

local function escaped(text)
  return (text:gsub("[\\%c%s\x80-\xff]", function(c) return ("\\x%02x"):format(c:byte()) end))
end

local function row(...)
  print(table.concat({...}, "\t"))
end

-- string.find takes a pattern without special characters literally; string.match never does. What match refuses is
-- refused, so that an unbalanced ")" alone is found, too.
local function ask(pattern, subject)
  local fine, message = pcall(string.match, subject, pattern)
  if not fine then
    return message
  end
  return nil, table.pack(string.find(subject, pattern))
end

local function captures(found)
  local texts = {}
  for i = 3, found.n do
    local capture = found[i]
    texts[#texts + 1] = type(capture) == "number" and "@" .. capture or "=" .. escaped(capture)
  end
  return table.unpack(texts)
end

-- Asks for all subjects. With onlyProven, rows are written only if a match showed the whole pattern to be well-formed.
local function try(pattern, subjects, onlyProven)
  local rows, proven = {}, not onlyProven
  for _, subject in ipairs(subjects) do
    local message, found = ask(pattern, subject)
    if message == "pattern too complex" then
      rows[#rows + 1] = {"complex", escaped(pattern), escaped(subject)}
    elseif message then
      row("malformed", escaped(pattern), message)
      return
    elseif found[1] then
      proven = true
      rows[#rows + 1] = {"found", escaped(pattern), escaped(subject), found[1], found[2], captures(found)}
    else
      rows[#rows + 1] = {"nil", escaped(pattern), escaped(subject)}
    end
  end
  for _, r in ipairs(proven and rows or {}) do
    row(table.unpack(r))
  end
end

local function mask(pattern)
  local digits = {}
  for first = 0, 255, 4 do
    local digit = 0
    for bit = 0, 3 do
      if string.match(string.char(first + bit), "^" .. pattern .. "$") then
        digit = digit | 1 << bit
      end
    end
    digits[#digits + 1] = ("%x"):format(digit)
  end
  row("mask", escaped(pattern), table.concat(digits))
end

for letter in ("acdglpsuwxz"):gmatch(".") do
  mask("%" .. letter)
  mask("%" .. letter:upper())
end
for _, pattern in ipairs {
  ".", "%.", "%%", "%q", "%]", "%-", "%\0", "%\xc3", "[a]", "[^a]", "[a-f]", "[^a-f]", "[f-a]", "[a-fx-z0]", "[]]", "[^]]", "[]-a]",
  "[-]", "[a-]", "[-a]", "[^-a]", "[%a]", "[^%a]", "[%a-z]", "[a-%z]", "[%d%s]", "[^%d%s]", "[%D]", "[%W_]", "[^%W]",
  "[%]]", "[%]%-%^]", "[a%-z]", "[+-%]]", "[^^]", "[a^]", "[%^a]", "[%b]", "[%f]", "[%1]", "[.]", "[$]", "[*+?]", "[()]",
  "[\x80-\xff]", "[^\x80-\xff]", "[\0-\x1f]", "[%z]", "[a-a]", "[%%]", "[[]", "[[-]]", "[a-c-e]", "[+--]", "[--+]", "[%--a]",
} do
  mask(pattern)
end

local resources = {
  "zom12x", "Zom-1", "Zoo", "Zoom", "xZom", "Zo", "Conversations.a1b2", "ConversationsX", "Conversations.", "chatsecure42",
  "ChatSecureZom-abc", "gajim.M3K2", "Psi+", "", "-", "100% Gajim", "K\xc3\xb6ln", "2026-11-21T10:00", "a\tb", "((a)(b))c)",
}
for _, pattern in ipairs {
  "^zom%d+.*", "^Zom-.*", "^Zom%-.*", "^chatsecure%d+.*", "^ChatSecureZom-.*", "^ChatSecureZom%-.*", "^Conversations%..*",
  "Zom", "^Zom$", "Z?om", "Zo*", "Zo-m", "Zo+", "", "^", "$", "^$", ".", ".*", ".-", ".+", "^.-$", "%d", "%d+", "%a+%.%w+",
  "(%a+)%.(%w+)", "(.)(.)", "()a()", "%b()", "^%b()$", "%f[%d]%d+", "%f[%w]%w+%f[%W]", "%f[^%a]", "%f[%z]", "(%a)%1", "%%",
  "[^%w]+", "[%d-]+", "^%d+%-%d+%-%d+T", "%d+-%d", "\xc3\xb6", "K.ln", "K..ln", "[\xc3\xb6]+", "%s", "%W+$", "%c",
} do
  try(pattern, resources)
end

local letters = {"", "a", "aa", "aaa", "ab", "aab", "abab", "baab", "a*b", "a$b", "^a", "a^b", "*a", "abcabc", "xabcab", "a)b"}
for _, pattern in ipairs {
  "a?", "a?a", "a?a?a?aaa", "a-", "a-b", "^a-$", "a-a-b", "a*a*a*b", "a+b?", "a**", "a*+", "a+*", "a--", "a?-", "a-?", "*a", "**",
  "^*", "^*a", "+", "?", "-", "--", "-a", "^-", "a^", "a^b", "(^a)", "a$b", "a$*", "$a", "$$", "a$$", "^^a", "^^", "($)", "(a$)",
  "%$", "(a)(b)", "(a(b))", "((a)(b))", "(a)*", "(a)+", "(ab)?", "(a)-b", "()", "()()", "(())", "(()a())", "(a*)(b*)", "(a-)(b)",
  "(a)%1", "(a)%1*", "(.)%1", "(.)(.)%2%1", "(a(b)%2)", "((.).)%1", "()%1", "()a%1", "(a*)%1", "(a?)%1b", "(.-)%1b", "^(a*).-%1$",
  "%bab", "%baa", "%bab*", "%b()", "%f[a]", "%f[a]a", "%f[b]*", "%f[^a]b", "%f[]]", "a%f[b]", "b%f[%z]", "[ab]*", "[^b]-b",
  "(a)()(b)", ".b", "a.", ".-a", ".*a", ".+a", ".?a", "(.*)(.*)", "(.-)(.-)", "(.-)(.*)b", "a]", "]", "a)",
} do
  try(pattern, letters)
end

local nested = {"", "()", "(a)", "(()", "((a))b", ")(", "a(b(c)d)e(f", "<<>>", "\"x\"y\"", "((((", "))))", "(\xff)", "%(%)"}
for _, pattern in ipairs {
  "%b()", "^%b()", "%b()$", "(%b())", "%b()%b()", "%b<>", '%b""', "%b)(", "%b((", "%b%%", "%b()*", "x?%b()", "%b\xff)", "%b().-f",
} do
  try(pattern, nested)
end

local any = {"", "a", "aa", "ab", "[", "(", "%", "b", "b%", "((", "aaaa"}
for _, pattern in ipairs {
  "%", "a%", "a*%", "%a%", "(%", "[", "[^", "[]", "[^]", "[a", "[a-", "[a-z", "[%", "[%]", "[a%", "[%a", "a[", "[]a", "[^]a", "[^%]",
  "(", "(a", "((a)", "(()", "a(", "())", "a)", ")", "(a))", "%b", "%b(", "a%b", "%b%", "%f", "%fa", "%f[", "%f[a", "%f[^", "a%f",
  "%0", "%1", "%9", "(a)%2", "(a%1)", "(a(b%1))", "((a)%1)", "()%2", "a%1", "(a)(b%2)", "%f%", "^%", "^(", "^)", "[%a-", "[a]%",
  "a?%", "a-%", "a*[", "()%", "(a)%3(", "%1%", ("()"):rep(33), ("("):rep(33) .. (")"):rep(33), ("(a?)"):rep(33),
} do
  try(pattern, any)
end
try(("()"):rep(32), {"", "a"})
try(("("):rep(32) .. (")"):rep(32), {"", "a"})
try(("(a?)"):rep(32), {"", "a", ("a"):rep(40)})

-- Where Lua's limit of nested choices lies.
for _, times in ipairs {99, 198, 199, 200, 201} do
  for _, item in ipairs {"a?", "a*", "a-"} do
    try(item:rep(times), {"", "a", ("a"):rep(times - 1), ("a"):rep(times), ("a"):rep(times + 1)})
  end
end
try("()" .. ("a?"):rep(198), {("a"):rep(198)})
try("()" .. ("a?"):rep(199), {("a"):rep(199)})
try("(a)" .. ("b?"):rep(197), {"a" .. ("b"):rep(197)})
try("(a)" .. ("b?"):rep(198), {"a" .. ("b"):rep(198)})
try(("a?"):rep(3000), {""})

-- Patterns nobody would think of.
local state = 20261121
local function random(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return (state >> 8) % n + 1
end
local pieces = {
  "a", "b", "a", "b", "1", "-", "*", "+", "?", ".", "%a", "%d", "%D", "%w", "[ab]", "[^a]", "[%d-]", "[]b]", "(", ")", "()", "^", "$",
  "%1", "%2", "%b()", "%bab", "%f[a]", "%f[%d]", "%", "[", "%%", "%.", "]",
}
local characters = {"a", "b", "1", "(", ")", "-", "%", "]", ".", "\xc3"}
for _ = 1, 500 do
  local pattern, subjects = {}, {}
  for i = 1, random(7) do
    pattern[i] = pieces[random(#pieces)]
  end
  for i = 1, 4 do
    local subject = {}
    for k = 1, random(9) - 1 do
      subject[k] = characters[random(#characters)]
    end
    subjects[i] = table.concat(subject)
  end
  try(table.concat(pattern), subjects, true)
end
