using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Mesh.Model.Validation;

/// <summary>What counts as a name, an address or a path.</summary>
public static partial class HostNames
{
    /// <summary>Fault of a name that must be a label of RFC 1035.</summary>
    public const string Rfc1035Message =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
        "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string Rfc1123Message =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>An IPv4 or IPv6 address in its usual form.</summary>
    public static bool IsAddress(string text) => IPAddress.TryParse(text, out var address) &&
        (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == 3) &&
        !text.Contains('%', StringComparison.Ordinal) && !text.StartsWith('[');

    /// <summary>A range of addresses, <c>10.0.0.0/8</c>; bits outside the prefix may be set.</summary>
    public static bool IsRange(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsAddress(text[..slash]) && int.TryParse(text.AsSpan(slash + 1), out var bits) && bits >= 0 &&
            bits <= (text.Contains(':', StringComparison.Ordinal) ? 128 : 32);
    }

    /// <summary>A DNS name, upper case and underscores allowed, and no address.</summary>
    public static bool IsDnsName(string text) =>
        text.Length is > 0 and <= 255 && text.Replace(".", "", StringComparison.Ordinal).Length <= 255 && !IsAddress(text) && DnsName().IsMatch(text);

    /// <summary>A path of a file: absolute, without blanks or line breaks.</summary>
    public static bool IsFilePath(string text) => FilePath().IsMatch(text);

    /// <summary>Host and port, or a URL, as a destination of logs or traces.</summary>
    public static bool IsUrl(string text)
    {
        if (text.Length is < 3 or > 2083 || text.StartsWith('.') || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return false;
        }

        var rest = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(rest, UriKind.Absolute, out var url) && url.Host.Length > 0 &&
            (url.HostNameType != UriHostNameType.Dns || IsDnsName(url.Host)) && url.Port != 0;
    }

    /// <summary>Reports what keeps a text from being a subdomain of RFC 1123.</summary>
    public static void CheckSubdomain(FieldPath path, string text)
    {
        if (text.Length > 253)
        {
            path.Add("must be no more than 253 characters");
        }

        if (!Subdomain().IsMatch(text))
        {
            path.Add(Rfc1123Message);
        }
    }

    /// <summary>Reports what keeps a name from being a label of RFC 1035; what is no name at all is told by <see cref="NameRules"/>.</summary>
    public static void CheckLabel(FieldPath path, string text)
    {
        if (text.Length > 63)
        {
            path.Add("must be no more than 63 characters");
        }

        if (Subdomain().IsMatch(text) && !IsLabel(text, checkLength: false))
        {
            path.Add(Rfc1035Message);
        }
    }

    /// <summary>A label of RFC 1035: at most 63 characters, a letter first.</summary>
    public static bool IsLabel(string text, bool checkLength = true) => (!checkLength || text.Length <= 63) && Label().IsMatch(text);

    [GeneratedRegex(@"^([a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})(\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*\.?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DnsName();

    [GeneratedRegex(@"^(/[^/\x00\s]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FilePath();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    internal static partial Regex Subdomain();
}
