using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Mesh.Model.Text;

/// <summary>Makes JSON of any origin readable: what is no text becomes U+FFFD, as in Go, instead of failing later where it is read.</summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>The same text, or a repaired copy when it has bytes that are no UTF-8 or escaped halves of characters.</summary>
    public static ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }

        return utf8.IndexOf("\\u"u8) < 0 ? utf8 : RepairEscapes(utf8);
    }

    private static ReadOnlySpan<byte> RepairEscapes(ReadOnlySpan<byte> utf8)
    {
        byte[]? copy = null;
        for (var i = 0; i + 1 < utf8.Length; i++)
        {
            if (utf8[i] != '\\')
            {
                continue;
            }

            var unit = Unit(utf8, i);
            if (unit < 0)
            {
                i++;
            }
            else if (char.IsHighSurrogate((char)unit) && Unit(utf8, i + EscapeLength) is >= 0xDC00 and <= 0xDFFF)
            {
                i += (2 * EscapeLength) - 1;
            }
            else
            {
                if (char.IsSurrogate((char)unit))
                {
                    "FFFD"u8.CopyTo((copy ??= utf8.ToArray()).AsSpan(i + 2));
                }

                i += EscapeLength - 1;
            }
        }

        return copy ?? utf8;
    }

    /// <summary>The UTF-16 unit that is escaped at a place; -1: none is.</summary>
    private static int Unit(ReadOnlySpan<byte> utf8, int at) =>
        at + EscapeLength <= utf8.Length && utf8[at] == '\\' && utf8[at + 1] == 'u'
        && Utf8Parser.TryParse(utf8.Slice(at + 2, 4), out int unit, out var read, 'x') && read == 4
            ? unit
            : -1;
}
