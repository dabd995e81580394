using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Policies.Routing;

/// <summary>
/// Whether Envoy's regular expression engine (RE2) understands a pattern. One that it does not would make it refuse the
/// whole listener.
/// </summary>
internal static partial class RegexSyntax
{
    private const int MaxLength = 4096;
    private const int MaxRepeat = 1000;

    /// <summary>Null when the pattern can be used, else why not.</summary>
    internal static string? Fault(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return $"it is longer than {MaxLength} characters";
        }

        var plain = EscapedPair().Replace(pattern, "ee");
        if (Unsupported().Match(pattern) is { Success: true } escape && !IsEscaped(pattern, escape.Index))
        {
            return $"{escape.Value} is not supported";
        }

        if (Lookaround().Match(plain) is { Success: true } group)
        {
            return $"{group.Value} is not supported";
        }

        foreach (Match repeat in Repeat().Matches(plain))
        {
            if (IsTooMany(repeat.Groups[1].ValueSpan) || IsTooMany(repeat.Groups[2].ValueSpan))
            {
                return $"it repeats more than {MaxRepeat} times";
            }
        }

        return ParseFault(pattern);
    }

    private static bool IsTooMany(ReadOnlySpan<char> count) =>
        count.Length > 4 || (count.Length > 0 && int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture) > MaxRepeat);

    private static string? ParseFault(string pattern)
    {
        try
        {
            // Only to see whether it parses: nothing is matched with it.
            _ = new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.None, TimeSpan.FromMilliseconds(1));
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private static bool IsEscaped(string pattern, int index)
    {
        var slashes = 0;
        while (index - slashes > 0 && pattern[index - slashes - 1] == '\\')
        {
            slashes++;
        }

        return slashes % 2 == 1;
    }

    [GeneratedRegex(@"\\.", RegexOptions.Singleline)]
    private static partial Regex EscapedPair();

    // Back references, Unicode escapes, control escapes and anchors that RE2 does not know.
    [GeneratedRegex(@"\\[1-9kucGZeE]")]
    private static partial Regex Unsupported();

    [GeneratedRegex(@"\(\?(=|!|<=|<!|>|\(|')")]
    private static partial Regex Lookaround();

    [GeneratedRegex(@"\{([0-9]+)(?:,([0-9]*))?\}")]
    private static partial Regex Repeat();
}
