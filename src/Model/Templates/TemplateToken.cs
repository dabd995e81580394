using System.Text;

namespace Mesh.Model.Templates;

/// <summary>What a token inside the braces is.</summary>
internal enum TemplateTokenKind
{
    /// <summary><c>.Name</c>.</summary>
    Field,

    /// <summary>A lone dot.</summary>
    Dot,

    /// <summary>Name of a function.</summary>
    Name,

    /// <summary>A quoted text, unquoted.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>|</c>.</summary>
    Pipe,

    /// <summary>Not a token: the text says why.</summary>
    Fault,
}

/// <summary>One token inside the braces of a template.</summary>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text)
{
    /// <summary>Reads the token that begins at a place.</summary>
    /// <returns>The token and the place behind it.</returns>
    public static (TemplateToken Token, int End) Read(string source, int at)
    {
        var first = source[at];
        if (first == '|')
        {
            return (new TemplateToken(TemplateTokenKind.Pipe, "|"), at + 1);
        }

        if (first is '"' or '`')
        {
            return ReadQuoted(source, at);
        }

        if (char.IsAsciiDigit(first))
        {
            var end = EndOfWord(source, at);
            return (new TemplateToken(TemplateTokenKind.Number, source[at..end]), end);
        }

        if (first == '.')
        {
            var end = EndOfWord(source, at + 1);
            return end == at + 1
                ? (new TemplateToken(TemplateTokenKind.Dot, "."), end)
                : (new TemplateToken(TemplateTokenKind.Field, source[(at + 1)..end]), end);
        }

        if (char.IsLetter(first) || first == '_')
        {
            var end = EndOfWord(source, at);
            return (new TemplateToken(TemplateTokenKind.Name, source[at..end]), end);
        }

        return (new TemplateToken(TemplateTokenKind.Fault, $"unexpected \"{first}\" in command"), at + 1);
    }

    private static int EndOfWord(string source, int at)
    {
        while (at < source.Length && (char.IsLetterOrDigit(source[at]) || source[at] is '_' or '.'))
        {
            at++;
        }

        return at;
    }

    private static (TemplateToken Token, int End) ReadQuoted(string source, int at)
    {
        var quote = source[at];
        var text = new StringBuilder();
        for (var i = at + 1; i < source.Length && (quote == '`' || source[i] != '\n'); i++)
        {
            if (source[i] == quote)
            {
                return (new TemplateToken(TemplateTokenKind.Text, text.ToString()), i + 1);
            }

            if (quote == '"' && source[i] == '\\' && i + 1 < source.Length && source[i + 1] is '"' or '\\')
            {
                i++;
            }

            text.Append(source[i]);
        }

        return (new TemplateToken(TemplateTokenKind.Fault, quote == '"' ? "unterminated quoted string" : "unterminated raw quoted string"), at);
    }
}
