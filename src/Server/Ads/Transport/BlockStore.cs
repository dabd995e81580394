namespace Mesh.Server.Ads.Transport;

/// <summary>Blocks of one size. Idle ones are kept up to a number, the last used first; the rest is left to the garbage collector.</summary>
internal sealed class BlockStore
{
    private readonly Lock _lock = new();
    private readonly int _maxIdle;
    private Block? _top;
    private int _idle;
    private int _rented;

    public BlockStore(int blockSize, int maxIdle)
    {
        BlockSize = blockSize;
        _maxIdle = maxIdle;
    }

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks in use.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Blocks that are kept for later.</summary>
    public int Idle => Volatile.Read(ref _idle);

    /// <summary>A block, to be disposed of once by its user.</summary>
    public Block Rent()
    {
        Block? block;
        lock (_lock)
        {
            _rented++;
            block = _top;
            if (block is not null)
            {
                _top = block.Next;
                _idle--;
            }
        }

        block ??= new Block(this);
        block.BeginUse();
        return block;
    }

    internal void Return(Block block)
    {
        lock (_lock)
        {
            _rented--;
            if (_idle < _maxIdle)
            {
                block.Next = _top;
                _top = block;
                _idle++;
            }
        }
    }
}
