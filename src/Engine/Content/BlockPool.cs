using System.Numerics;
using System.Runtime.InteropServices;

namespace Mesh.Engine.Content;

/// <summary>
/// Native memory for resource bytes, outside the garbage collector's heap. Small pieces are cut from slabs by size class
/// (powers of two and the halves between) and go back to their class; pieces over <see cref="LargestClass"/> are
/// allocated and freed one by one. Freed pieces are zeroed: resources hold private keys. Not safe for concurrent use.
/// </summary>
internal sealed unsafe class BlockPool
{
    /// <summary>Largest piece that is cut from a slab, in bytes.</summary>
    public const int LargestClass = 64 * 1024;

    private const int SlabSize = 1024 * 1024;
    private const int SmallestBits = 6;
    private const int ClassCount = 21;

    private readonly nint[] _free = new nint[ClassCount];
    private byte* _slab;
    private int _slabLeft;

    /// <summary>Bytes taken from the operating system.</summary>
    public long ReservedBytes { get; private set; }

    /// <summary>Takes a piece of at least the given length; its content is undefined.</summary>
    public byte* Take(int length)
    {
        if (length > LargestClass)
        {
            ReservedBytes += length;
            return (byte*)NativeMemory.Alloc((nuint)length);
        }

        var sizeClass = ClassOf(length);
        var piece = _free[sizeClass];
        if (piece != 0)
        {
            _free[sizeClass] = *(nint*)piece;
            return (byte*)piece;
        }

        return Cut(SizeOf(sizeClass));
    }

    /// <summary>Gives a piece back that was taken for the same length.</summary>
    public void Return(byte* piece, int length)
    {
        NativeMemory.Clear(piece, (nuint)length);
        if (length > LargestClass)
        {
            ReservedBytes -= length;
            NativeMemory.Free(piece);
            return;
        }

        Push(piece, ClassOf(length));
    }

    /// <summary>Size class of a length: 64, 96, 128, 192, 256, ... 65536.</summary>
    internal static int ClassOf(int length)
    {
        if (length <= 1 << SmallestBits)
        {
            return 0;
        }

        var bits = 32 - BitOperations.LeadingZeroCount((uint)(length - 1));
        var half = (1 << bits) - (1 << (bits - 2));
        var even = (bits - SmallestBits) * 2;
        return length <= half ? even - 1 : even;
    }

    /// <summary>Bytes of a piece of a class.</summary>
    internal static int SizeOf(int sizeClass)
    {
        var bits = SmallestBits + ((sizeClass + 1) / 2);
        return (sizeClass & 1) == 0 ? 1 << bits : (1 << bits) - (1 << (bits - 2));
    }

    private byte* Cut(int size)
    {
        if (_slabLeft < size)
        {
            KeepRest();
            _slab = (byte*)NativeMemory.Alloc(SlabSize);
            _slabLeft = SlabSize;
            ReservedBytes += SlabSize;
        }

        var piece = _slab;
        _slab += size;
        _slabLeft -= size;
        return piece;
    }

    private void KeepRest()
    {
        for (var sizeClass = ClassCount - 1; sizeClass >= 0; sizeClass--)
        {
            var size = SizeOf(sizeClass);
            while (_slabLeft >= size)
            {
                Push(_slab, sizeClass);
                _slab += size;
                _slabLeft -= size;
            }
        }
    }

    private void Push(byte* piece, int sizeClass)
    {
        *(nint*)piece = _free[sizeClass];
        _free[sizeClass] = (nint)piece;
    }
}
