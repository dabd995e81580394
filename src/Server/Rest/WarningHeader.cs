using System.Text;

namespace Mesh.Server.Rest;

/// <summary>Values of the header <c>Warning</c> (RFC 7234 §5.5), as Kubernetes uses it for fields that are ignored.</summary>
internal static class WarningHeader
{
    private const int Longest = 500;

    /// <summary>Headers are ASCII and bounded: what is not is replaced, what is too long is cut.</summary>
    public static string Of(string text)
    {
        var value = new StringBuilder("299 mesh \"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            if (c is '"' or '\\')
            {
                value.Append('\\');
            }

            value.Append(char.IsControl(c) || !char.IsAscii(c) ? '?' : c);
        }

        return value.Append('"').ToString();
    }
}
