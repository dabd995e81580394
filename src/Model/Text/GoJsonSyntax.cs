using System.Text;

namespace Mesh.Model.Text;

/// <summary>Finds the first fault of a JSON text and words it as Go's decoder does; clients know these messages.</summary>
internal ref struct GoJsonSyntax
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private string? _error;

    private GoJsonSyntax(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The fault, or null when the syntax is right.</summary>
    public static string? ErrorOf(ReadOnlySpan<byte> text)
    {
        var scan = new GoJsonSyntax(text);
        scan.SkipSpace();
        scan.Value(0);
        scan.SkipSpace();
        if (scan._error is null && scan._at < text.Length)
        {
            scan.Fail("after top-level value");
        }

        return scan._error;
    }

    private void Value(int depth)
    {
        if (depth > ModelJson.MaxDepth)
        {
            _error ??= "exceeded max depth";
        }

        if (AtEnd())
        {
            return;
        }

        switch (_text[_at])
        {
            case (byte)'{':
                ObjectValue(depth);
                break;
            case (byte)'[':
                ArrayValue(depth);
                break;
            case (byte)'"':
                StringValue();
                break;
            case (byte)'t':
                Literal("true");
                break;
            case (byte)'f':
                Literal("false");
                break;
            case (byte)'n':
                Literal("null");
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                NumberValue();
                break;
            default:
                Fail("looking for beginning of value");
                break;
        }
    }

    private void ObjectValue(int depth)
    {
        _at++;
        SkipSpace();
        if (AtEnd() || Take('}'))
        {
            return;
        }

        while (_error is null)
        {
            if (AtEnd())
            {
                return;
            }

            if (_text[_at] != '"')
            {
                Fail("looking for beginning of object key string");
                return;
            }

            StringValue();
            SkipSpace();
            if (!Expect(':', "after object key"))
            {
                return;
            }

            SkipSpace();
            Value(depth + 1);
            SkipSpace();
            if (_error is not null || AtEnd() || Take('}') || !Expect(',', "after object key:value pair"))
            {
                return;
            }

            SkipSpace();
        }
    }

    private void ArrayValue(int depth)
    {
        _at++;
        SkipSpace();
        if (AtEnd() || Take(']'))
        {
            return;
        }

        while (_error is null)
        {
            Value(depth + 1);
            SkipSpace();
            if (_error is not null || AtEnd() || Take(']') || !Expect(',', "after array element"))
            {
                return;
            }

            SkipSpace();
        }
    }

    private void StringValue()
    {
        for (_at++; !AtEnd(); _at++)
        {
            var c = _text[_at];
            if (c == '"')
            {
                _at++;
                return;
            }

            if (c < 0x20)
            {
                Fail("in string literal");
                return;
            }

            if (c == '\\' && !Escape())
            {
                return;
            }
        }
    }

    private bool Escape()
    {
        _at++;
        if (AtEnd())
        {
            return false;
        }

        if (_text[_at] != 'u')
        {
            if ("bfnrt\\/\"".Contains((char)_text[_at], StringComparison.Ordinal))
            {
                return true;
            }

            Fail("in string escape code");
            return false;
        }

        for (var i = 0; i < 4; i++)
        {
            _at++;
            if (AtEnd())
            {
                return false;
            }

            if (!char.IsAsciiHexDigit((char)_text[_at]))
            {
                Fail("in \\u hexadecimal character escape");
                return false;
            }
        }

        return true;
    }

    private void NumberValue()
    {
        _ = Take('-');
        if (AtEnd())
        {
            return;
        }

        if (!Take('0') && !Digits("in numeric literal"))
        {
            return;
        }

        if (_at < _text.Length && Take('.') && !Digits("after decimal point in numeric literal"))
        {
            return;
        }

        if (_at < _text.Length && (Take('e') || Take('E')))
        {
            _ = _at < _text.Length && (Take('+') || Take('-'));
            Digits("in exponent of numeric literal");
        }
    }

    private bool Digits(string where)
    {
        if (AtEnd())
        {
            return false;
        }

        if (!char.IsAsciiDigit((char)_text[_at]))
        {
            Fail(where);
            return false;
        }

        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at]))
        {
            _at++;
        }

        return true;
    }

    private void Literal(string word)
    {
        _at++;
        for (var i = 1; i < word.Length; i++, _at++)
        {
            if (AtEnd())
            {
                return;
            }

            if (_text[_at] != word[i])
            {
                Fail($"in literal {word} (expecting '{word[i]}')");
                return;
            }
        }
    }

    private bool Expect(char c, string where)
    {
        if (AtEnd())
        {
            return false;
        }

        if (Take(c))
        {
            return true;
        }

        Fail(where);
        return false;
    }

    private bool Take(char c)
    {
        if (_text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool AtEnd()
    {
        if (_at < _text.Length)
        {
            return false;
        }

        _error ??= "unexpected end of JSON input";
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _at++;
        }
    }

    private void Fail(string where)
    {
        Rune.DecodeFromUtf8(_text[_at..], out var rune, out _);
        var name = rune.Value switch
        {
            '\'' => @"'\''",
            '"' => "'\"'",
            '\n' => @"'\n'",
            '\t' => @"'\t'",
            '\r' => @"'\r'",
            < 0x20 => $"'\\x{rune.Value:x2}'",
            _ => $"'{rune}'",
        };
        _error ??= $"invalid character {name} {where}";
    }
}
