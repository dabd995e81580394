using Mesh.Engine.Content;

namespace Mesh.Engine.Tests;

public sealed class BlockPoolTests
{
    [Fact]
    public void ClassOf_EveryLength_FitsAndWastesLittle()
    {
        for (var length = 1; length <= BlockPool.LargestClass; length++)
        {
            var size = BlockPool.SizeOf(BlockPool.ClassOf(length));
            Assert.InRange(size, length, Math.Max(64, length * 3 / 2));
        }
    }

    [Fact]
    public unsafe void Return_Piece_IsZeroedAndReused()
    {
        var pool = new BlockPool();
        var piece = pool.Take(200);
        new Span<byte>(piece, 200).Fill(7);
        pool.Return(piece, 200);
        // The first word links free pieces.
        Assert.Equal(-1, new Span<byte>(piece + sizeof(nint), 200 - sizeof(nint)).IndexOfAnyExcept((byte)0));
        Assert.True(piece == pool.Take(250));
    }

    [Fact]
    public unsafe void Take_ManySizes_PiecesDoNotOverlap()
    {
        var pool = new BlockPool();
        var random = new Random(3);
        var pieces = new List<(nint At, int Length)>();
        for (var i = 0; i < 2000; i++)
        {
            var length = random.Next(1, 20_000);
            pieces.Add(((nint)pool.Take(length), length));
        }

        pieces.Sort();
        for (var i = 1; i < pieces.Count; i++)
        {
            Assert.True(pieces[i - 1].At + pieces[i - 1].Length <= pieces[i].At);
        }
    }
}
