namespace Mesh.Protocol.Ads;

/// <summary>Finds resource names in a client's words: <c>Error adding/updating cluster(s) NAME: reason, NAME2: reason</c> and others.</summary>
internal static class OffenderNames
{
    /// <summary>Whether the text names a resource, as a word of its own.</summary>
    public static bool Mentions(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return false;
        }

        var from = 0;
        while (true)
        {
            var at = text[from..].IndexOf(name);
            if (at < 0)
            {
                return false;
            }

            at += from;
            var end = at + name.Length;
            if ((at == 0 || !IsNamePart(text, at - 1)) && (end == text.Length || !IsNamePart(text, end)))
            {
                return true;
            }

            from = at + 1;
        }
    }

    private static bool IsNamePart(ReadOnlySpan<byte> text, int at)
    {
        var c = text[at];
        if (char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'-' or (byte)'/' or >= 0x80)
        {
            return true;
        }

        // A dot or colon is part of a name only when a name goes on behind it.
        return c is (byte)'.' or (byte)':' && at + 1 < text.Length && char.IsAsciiLetterOrDigit((char)text[at + 1])
            && at > 0 && char.IsAsciiLetterOrDigit((char)text[at - 1]);
    }
}
