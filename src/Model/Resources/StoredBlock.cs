using System.Buffers.Binary;
using System.Text;
using Mesh.Model.Labels;
using Mesh.Model.Text;

namespace Mesh.Model.Resources;

/// <summary>
/// Many resources as a store read them, in one array: until somebody asks for more than who a resource is, it is a place in here and no object of its own.
/// What stands at a place is, one after another: the name, the number of labels, the key and value of each, the spec and the status. Numbers and the
/// lengths before texts have 32 bits, little endian; texts are UTF-8, spec and status JSON as <see cref="ModelJson"/> writes it, the status empty where
/// there is none. Whoever makes one has checked that lengths are those of what is there, and that this program once read the JSON. Immutable.
/// </summary>
/// <param name="bytes">The bytes. Nothing that a resource has a place in may change any more.</param>
public sealed class StoredBlock(byte[] bytes)
{
    /// <summary>Name of the resource at a place, in UTF-8.</summary>
    internal ReadOnlySpan<byte> NameAt(int place) => Read(ref place);

    /// <summary>Labels of the resource at a place.</summary>
    internal LabelSet LabelsAt(int place, string name)
    {
        Skip(ref place);
        var count = ReadNumber(ref place);
        if (count == 0)
        {
            return LabelSet.Empty;
        }

        var pairs = new KeyValuePair<string, string>[count];
        foreach (ref var pair in pairs.AsSpan())
        {
            var key = TextPool.Of(Read(ref place));
            var value = Read(ref place);

            // Hardly any other resource has its display name: it is not worth a place among the texts that many have.
            pair = new(key, Ascii.Equals(value, name) ? name : key == ResourceLabels.DisplayName ? Encoding.UTF8.GetString(value) : TextPool.Of(value));
        }

        return LabelSet.Of(pairs);
    }

    /// <summary>Value of one label of the resource at a place, without making the others; null: it is not there.</summary>
    internal string? LabelAt(int place, string key)
    {
        Skip(ref place);
        string? found = null;
        for (var left = ReadNumber(ref place); left > 0; left--)
        {
            var isSought = IsText(Read(ref place), key);
            var value = Read(ref place);
            found = isSought ? TextPool.Of(value) : found;
        }

        return found;
    }

    /// <summary>What stands behind the name of the resource at a place.</summary>
    internal ReadOnlySpan<byte> ContentAt(int place)
    {
        Skip(ref place);
        var start = place;
        SkipLabels(ref place);
        Skip(ref place);
        Skip(ref place);
        return bytes.AsSpan(start..place);
    }

    /// <summary>Spec of the resource at a place.</summary>
    internal ReadOnlySpan<byte> SpecAt(int place)
    {
        Skip(ref place);
        SkipLabels(ref place);
        return Read(ref place);
    }

    /// <summary>Status of the resource at a place; empty: there is none.</summary>
    internal ReadOnlySpan<byte> StatusAt(int place)
    {
        Skip(ref place);
        SkipLabels(ref place);
        Skip(ref place);
        return Read(ref place);
    }

    private static bool IsText(ReadOnlySpan<byte> utf8, string text) =>
        Ascii.IsValid(text) ? Ascii.Equals(utf8, text) : Encoding.UTF8.GetString(utf8) == text;

    private void SkipLabels(scoped ref int place)
    {
        for (var left = 2 * ReadNumber(ref place); left > 0; left--)
        {
            Skip(ref place);
        }
    }

    private ReadOnlySpan<byte> Read(scoped ref int place)
    {
        var length = ReadNumber(ref place);
        var read = bytes.AsSpan(place, length);
        place += length;
        return read;
    }

    private void Skip(scoped ref int place)
    {
        var length = ReadNumber(ref place);
        place += length;
    }

    private int ReadNumber(scoped ref int place)
    {
        var number = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(place));
        place += sizeof(int);
        return number;
    }
}
