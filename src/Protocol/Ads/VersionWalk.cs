using System.Text.Unicode;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>Walks the map <c>initial_resource_versions</c> of a delta request.</summary>
internal ref struct VersionWalk(ReadOnlySpan<byte> message, int field)
{
    private FieldReader _reader = new(message);

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Version { get; private set; }

    public bool MoveNext()
    {
        while (_reader.Next())
        {
            if (_reader.Field == field && _reader.IsBytes && TryReadEntry(_reader.Bytes, out var name, out var version))
            {
                Name = name;
                Version = version;
                return true;
            }
        }

        return false;
    }

    public static bool TryReadEntry(ReadOnlySpan<byte> entry, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> version)
    {
        name = default;
        version = default;
        var reader = new FieldReader(entry);
        while (reader.Next())
        {
            if (reader.Field == 1 && reader.IsBytes)
            {
                name = reader.Bytes;
            }
            else if (reader.Field == 2 && reader.IsBytes)
            {
                version = reader.Bytes;
            }
        }

        return !reader.Malformed && Utf8.IsValid(name);
    }
}
