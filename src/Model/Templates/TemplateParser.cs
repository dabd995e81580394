namespace Mesh.Model.Templates;

/// <summary>Reads one template. Reports the first fault, worded as Go's parser words it.</summary>
internal sealed class TemplateParser(string source)
{
    private const string LabelFunction = "label";

    private readonly List<TemplatePart> _parts = [];
    private string _error = "";

    /// <summary>Reads the whole template.</summary>
    public bool TryParse(out IReadOnlyList<TemplatePart> parts, out string error)
    {
        var at = 0;
        var trimStart = false;
        while (at < source.Length && _error.Length == 0)
        {
            var open = source.IndexOf("{{", at, StringComparison.Ordinal);
            var text = open < 0 ? source[at..] : source[at..open];
            text = trimStart ? text.TrimStart() : text;
            if (open < 0)
            {
                AddText(text);
                break;
            }

            var body = open + 2;
            var trimEnd = body + 1 < source.Length && source[body] == '-' && char.IsWhiteSpace(source[body + 1]);
            AddText(trimEnd ? text.TrimEnd() : text);
            at = ReadAction(trimEnd ? body + 1 : body, out trimStart);
        }

        parts = _parts;
        error = _error.Length == 0 ? "" : $"template: :{LineOf(at)}: {_error}";
        return _error.Length == 0;
    }

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            _parts.Add(new TemplatePart(TemplatePartKind.Text, text));
        }
    }

    /// <summary>Reads from behind the opening braces to behind the closing ones.</summary>
    private int ReadAction(int at, out bool trimNext)
    {
        trimNext = false;
        var tokens = new List<TemplateToken>();
        while (true)
        {
            while (at < source.Length && char.IsWhiteSpace(source[at]))
            {
                at++;
            }

            if (at >= source.Length)
            {
                _error = "unclosed action";
                return at;
            }

            var trims = source[at] == '-' && char.IsWhiteSpace(at > 0 ? source[at - 1] : 'x');
            if (string.CompareOrdinal(source, trims ? at + 1 : at, "}}", 0, 2) == 0)
            {
                trimNext = trims;
                ReadPipeline(tokens);
                return at + (trims ? 3 : 2);
            }

            var (token, end) = TemplateToken.Read(source, at);
            if (token.Kind == TemplateTokenKind.Fault)
            {
                // Behind a first operand, Go's parser looks for another one.
                _error = tokens is [.., { Kind: not TemplateTokenKind.Pipe }]
                    ? token.Text.Replace(" in command", " in operand", StringComparison.Ordinal)
                    : token.Text;
                return at;
            }

            tokens.Add(token);
            at = end;
        }
    }

    private void ReadPipeline(List<TemplateToken> tokens)
    {
        var stages = new List<List<TemplateToken>> { new() };
        foreach (var token in tokens)
        {
            if (token.Kind == TemplateTokenKind.Pipe)
            {
                stages.Add([]);
            }
            else if (token is { Kind: TemplateTokenKind.Name, Text: not LabelFunction })
            {
                _error = $"function \"{token.Text}\" not defined";
                return;
            }
            else
            {
                stages[^1].Add(token);
            }
        }

        for (var i = 0; i < stages.Count; i++)
        {
            if (stages[i].Count == 0)
            {
                _error = "missing value for command";
                return;
            }

            if (i > 0 && stages[i][0].Kind is TemplateTokenKind.Number or TemplateTokenKind.Text or TemplateTokenKind.Dot)
            {
                _error = $"non executable command in pipeline stage {i + 1}";
                return;
            }
        }

        ReadCommand(stages);
    }

    private void ReadCommand(List<List<TemplateToken>> stages)
    {
        var command = stages[0];
        switch (command)
        {
            case [{ Kind: TemplateTokenKind.Field } field] when stages.Count == 1:
                _parts.Add(new TemplatePart(TemplatePartKind.Field, field.Text));
                break;
            case [{ Kind: TemplateTokenKind.Name }, { Kind: TemplateTokenKind.Text } key] when stages.Count == 1:
                _parts.Add(new TemplatePart(TemplatePartKind.Label, key.Text));
                break;
            case [{ Kind: TemplateTokenKind.Text } key] when stages is [_, [{ Kind: TemplateTokenKind.Name }]]:
                _parts.Add(new TemplatePart(TemplatePartKind.Label, key.Text));
                break;
            case [{ Kind: TemplateTokenKind.Text } text] when stages.Count == 1:
                AddText(text.Text);
                break;
            case [{ Kind: TemplateTokenKind.Name }]:
                _error = "function \"label\" takes one quoted key";
                break;
            default:
                _error = "only {{ .Field }} and {{ label \"key\" }} are supported";
                break;
        }
    }

    private int LineOf(int at) => 1 + source.AsSpan(0, Math.Min(at, source.Length)).Count('\n');
}
