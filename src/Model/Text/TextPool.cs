using System.Text;

namespace Mesh.Model.Text;

/// <summary>
/// One object for each of the short texts that stand in many resources: keys and values of labels, names of meshes, zones, ports and
/// protocols. It has a fixed number of places: a text that meets others in its places takes one, so what comes once is forgotten and
/// nothing that a peer sends makes the pool grow. Safe for concurrent use, without a lock: threads that race make a second object at worst.
/// </summary>
public static class TextPool
{
    /// <summary>Longest text that is pooled, in bytes of UTF-8 and in characters.</summary>
    public const int MaxLength = 64;

    private const int Places = 1 << 14;

    private static readonly string?[] _places = new string?[Places];

    /// <summary>The pooled object of a text, or the text itself.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is 0 or > MaxLength ? text : Find(text, text);
    }

    /// <summary>The text of some characters.</summary>
    public static string Of(ReadOnlySpan<char> text) => text.Length == 0 ? "" : text.Length > MaxLength ? text.ToString() : Find(text, null);

    /// <summary>The text of UTF-8, which must be valid.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> characters = stackalloc char[MaxLength];
        var length = Encoding.UTF8.GetChars(utf8, characters);
        return length == 0 ? "" : Find(characters[..length], null);
    }

    /// <summary>A text has two places. The one found is moved to the first, so that what comes often stays where others come and go.</summary>
    private static string Find(ReadOnlySpan<char> text, string? known)
    {
        var place = string.GetHashCode(text) & (Places - 1);
        ref var first = ref _places[place];
        var held = Volatile.Read(ref first);
        if (held is not null && text.SequenceEqual(held))
        {
            return held;
        }

        ref var second = ref _places[place ^ 1];
        var found = Volatile.Read(ref second);
        if (found is null || !text.SequenceEqual(found))
        {
            found = known ?? text.ToString();
        }

        Volatile.Write(ref second, held);
        Volatile.Write(ref first, found);
        return found;
    }
}
