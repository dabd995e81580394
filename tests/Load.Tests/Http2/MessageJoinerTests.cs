using Mesh.Load.Http2;

namespace Mesh.Load.Tests.Http2;

public sealed class MessageJoinerTests
{
    [Fact]
    public void Messages_InPieces_AreJoinedOneByOne()
    {
        var joiner = new MessageJoiner();
        Assert.False(joiner.TryJoin("one "u8, 7, out _));
        Assert.False(joiner.TryJoin("mess"u8, 3, out _));
        Assert.True(joiner.TryJoin("age"u8, 0, out var message));
        Assert.Equal("one message"u8, message.Span);
        Assert.True(joiner.TryJoin("another"u8, 0, out message));
        Assert.Equal("another"u8, message.Span);
        Assert.True(joiner.TryJoin([], 0, out message));
        Assert.True(message.IsEmpty);
    }

    [Fact]
    public void Message_BrokenOff_IsNotPartOfTheNext()
    {
        var joiner = new MessageJoiner();
        Assert.False(joiner.TryJoin("half of"u8, 9, out _));
        joiner.Forget();
        Assert.True(joiner.TryJoin("whole"u8, 0, out var message));
        Assert.Equal("whole"u8, message.Span);
    }
}
