using System.Buffers.Binary;
using Mesh.Model.Resources;

namespace Mesh.Stores.Embedded.Records;

/// <summary>
/// Puts resources into blocks. A block stays in memory as long as a resource has a place in it: it is large enough that the collector does not move it,
/// and small enough that what has been replaced goes soon. For one thread.
/// </summary>
internal sealed class BlockBuilder
{
    /// <summary>Bytes of a block; a resource that needs more has one of its own.</summary>
    public const int BlockBytes = 128 * 1024;

    private byte[] _bytes = [];
    private StoredBlock _block = new([]);
    private int _end;

    /// <summary>Puts a resource.</summary>
    /// <param name="name">Its name in UTF-8.</param>
    /// <param name="content">Its labels, spec and status, as <see cref="StoredBlock"/> has them.</param>
    /// <returns>Where it is.</returns>
    public (StoredBlock Block, int Place) Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        var length = sizeof(int) + name.Length + content.Length;
        if (length > BlockBytes)
        {
            var own = new byte[length];
            Write(own, name, content);
            return (new StoredBlock(own), 0);
        }

        if (length > _bytes.Length - _end)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes);
            (_block, _end) = (new StoredBlock(_bytes), 0);
        }

        var place = _end;
        Write(_bytes.AsSpan(place), name, content);
        _end += length;
        return (_block, place);
    }

    /// <summary>Puts a resource that stands in another block; one that stands in none stays what it is.</summary>
    public Resource Move(Resource resource)
    {
        if (resource.StoredName.IsEmpty)
        {
            return resource;
        }

        var (block, place) = Add(resource.StoredName, resource.StoredContent);
        return new Resource(resource.Descriptor, block, place)
        {
            Mesh = resource.Mesh,
            Version = resource.Version,
            Revision = resource.Revision,
            CreationTime = resource.CreationTime,
            ModificationTime = resource.ModificationTime,
            Owner = resource.Owner,
        };
    }

    private static void Write(Span<byte> target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, name.Length);
        name.CopyTo(target[sizeof(int)..]);
        content.CopyTo(target[(sizeof(int) + name.Length)..]);
    }
}
