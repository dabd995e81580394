using System.Buffers;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Tests.Kds;

public sealed class PooledBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0, 0, 1)]
    [InlineData(65_536)]
    [InlineData(65_535, 1, 1)]
    [InlineData(10, 65_530, 10, 65_537, 3)]
    [InlineData(1_000_000, 7, 200_000, 0, 65_536, 65_536)]
    public void Write_Pieces_ReadsAsTheirConcatenation(params int[] lengths)
    {
        using var buffer = new PooledBuffer();
        for (var round = 0; round < 2; round++)
        {
            var expected = new List<byte>();
            for (var i = 0; i < lengths.Length; i++)
            {
                var piece = Enumerable.Range(i + round, lengths[i]).Select(n => (byte)n).ToArray();
                if (i % 2 == 0)
                {
                    buffer.Write(piece);
                }
                else
                {
                    piece.CopyTo(buffer.GetSpan(lengths[i]));
                    buffer.Advance(lengths[i]);
                }

                expected.AddRange(piece);
            }

            Assert.Equal(expected, buffer.Written.ToArray());
            buffer.Reset();
            Assert.True(buffer.Written.IsEmpty);
        }
    }

    [Fact]
    public void Advance_MoreThanAskedFor_IsRefused()
    {
        using var buffer = new PooledBuffer();
        Assert.Throws<InvalidOperationException>(() => buffer.Advance(1));
        var room = buffer.GetMemory().Length;
        Assert.Throws<InvalidOperationException>(() => buffer.Advance(room + 1));
    }

    [Fact]
    public void Shares_OneWriter_GetsAllAndManyGetTheirPart()
    {
        var shares = new ResponseShares(1 << 20);

        Assert.Equal(1 << 20, shares.Begin());
        Assert.Equal(1 << 19, shares.Begin());
        foreach (var _ in Enumerable.Range(0, 98))
        {
            shares.Begin();
        }

        Assert.Equal(ResponseShares.Least, shares.Begin());
        foreach (var _ in Enumerable.Range(0, 101))
        {
            shares.End();
        }

        Assert.Equal(1 << 20, shares.Begin());
    }
}
