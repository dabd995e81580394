using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Ads.Transport;

/// <summary>
/// Memory for the bytes that connections have under way. Kestrel asks for a pool per queue of its transport; all are views of one
/// store, for which queue works is chance. Kestrel's own pools have blocks of 4 KiB, each of which mostly holds an
/// acknowledgement or one small push, and keep as many as were ever needed at once: more than connections at rest cost otherwise.
/// </summary>
internal sealed class BlockPools(AdsHostOptions options) : IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of idle blocks that are kept: what a push to some ten thousand clients and their answers need, so that it allocates nothing.</summary>
    private const int MaxIdleBytes = 16 * 1024 * 1024;

    private readonly BlockStore _store = new(options.BufferSize, MaxIdleBytes / options.BufferSize);

    /// <summary>Bytes of the blocks in use.</summary>
    public long RentedBytes => (long)_store.Rented * _store.BlockSize;

    /// <summary>A block for somebody who needs no pool.</summary>
    public Block Rent() => _store.Rent();

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(_store);

    private sealed class Pool(BlockStore store) : MemoryPool<byte>
    {
        public override int MaxBufferSize => store.BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, store.BlockSize);
            return store.Rent();
        }

        protected override void Dispose(bool disposing)
        {
            // The store goes with the server; blocks of connections that outlive it for a moment are given back all the same.
        }
    }
}
