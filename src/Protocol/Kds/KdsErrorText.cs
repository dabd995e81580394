using System.Text;

namespace Mesh.Protocol.Kds;

/// <summary>Error texts between peers: bounded, and without what would break a line of a log.</summary>
internal static class KdsErrorText
{
    /// <summary>The text of a peer's error; never null, for an error without text is one too.</summary>
    public static string Read(ReadOnlySpan<byte> text, int maxLength)
    {
        var chars = Encoding.UTF8.GetString(text[..Math.Min(text.Length, maxLength)]).ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            chars[i] = char.IsControl(chars[i]) ? ' ' : chars[i];
        }

        return new string(chars);
    }

    /// <summary>The encoded text for a peer.</summary>
    public static byte[] Write(string text, int maxLength) =>
        Encoding.UTF8.GetBytes(text.Length <= maxLength ? text : string.Concat(text.AsSpan(0, maxLength), "..."));
}
