using System.Runtime.InteropServices;
using System.Text;
using Mesh.Model.Text;

namespace Mesh.Stores.Embedded.Records;

/// <summary>
/// The texts that the changes of a log repeat one after another, above all kinds, meshes and keys of labels: found without computing what a
/// <see cref="TextPool"/> needs to find them. For one thread.
/// </summary>
internal sealed class RecentTexts
{
    private const int Places = 128;

    private readonly string?[] _places = new string?[Places];
    private readonly List<KeyValuePair<string, string>> _labels = [];

    /// <summary>The text of UTF-8, pooled.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8.Length > TextPool.MaxLength)
        {
            return TextPool.Of(utf8);
        }

        ref var place = ref _places[((utf8.Length * 31) + (utf8[^1] * 7) + utf8[utf8.Length / 2]) & (Places - 1)];
        if (place is null || !Ascii.Equals(utf8, place))
        {
            place = TextPool.Of(utf8);
        }

        return place;
    }

    /// <summary>Room for labels, valid until it is asked for again.</summary>
    public Span<KeyValuePair<string, string>> Labels(int count)
    {
        CollectionsMarshal.SetCount(_labels, count);
        return CollectionsMarshal.AsSpan(_labels);
    }
}
