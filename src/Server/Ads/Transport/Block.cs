using System.Buffers;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Transport;

/// <summary>Memory that is never moved: sockets read and write it.</summary>
internal sealed class Block : IMemoryOwner<byte>
{
    private readonly BlockStore _store;
    private int _isUsed;

    public Block(BlockStore store)
    {
        _store = store;
        Memory = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(store.BlockSize, pinned: true), 0, store.BlockSize);
    }

    /// <inheritdoc/>
    public Memory<byte> Memory { get; }

    /// <summary>The next idle block.</summary>
    internal Block? Next { get; set; }

    /// <summary>Gives the block back; a second time does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isUsed, 0) == 1)
        {
            _store.Return(this);
        }
    }

    internal void BeginUse()
    {
        Next = null;
        Volatile.Write(ref _isUsed, 1);
    }
}
