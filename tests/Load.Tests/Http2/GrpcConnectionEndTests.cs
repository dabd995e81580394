using System.Buffers;
using System.Text;
using Mesh.Load.Http2;

namespace Mesh.Load.Tests.Http2;

/// <summary>How connections begin late, are asked to leave, are lost and are dropped.</summary>
public sealed class GrpcConnectionEndTests
{
    private readonly LinkDouble _link = new();
    private readonly HandlerDouble _handler = new();
    private readonly GrpcConnection _connection;
    private readonly List<string?> _states = [];

    public GrpcConnectionEndTests()
    {
        _connection = new GrpcConnection([new GrpcCall([0x83], _handler)], new ArrayBufferWriter<byte>(), (_, reason) => _states.Add(reason));
        _connection.Opened(_link);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void Connection_ThatGoesAway_CarriesNoNewStream(byte error, int ended)
    {
        _connection.Received(GrpcConnectionTests.Frame(Frames.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, error]));
        Assert.Equal(ended, _handler.Ends.Count);
        Assert.False(_handler.Stream!.CanReopen);
        _connection.Received(GrpcConnectionTests.Frame(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, []));
        Assert.Single(_handler.Ends);
        Assert.False(_handler.Stream.TryReopen());
    }

    [Fact]
    public void Connection_ThatGoesAway_EndsTheStreamsThatWillNotBeServed()
    {
        _connection.Received(GrpcConnectionTests.Frame(Frames.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0, .. "full"u8]));
        Assert.Equal(["connection refused: full"], _handler.Ends);
    }

    [Fact]
    public void Connection_ThatGoesAway_IsClosedWhenItsLastStreamHasEnded()
    {
        _connection.Received(GrpcConnectionTests.Frame(Frames.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]));
        _connection.Received(GrpcConnectionTests.Data(GrpcConnectionTests.Message("more"u8)));
        Assert.False(_link.IsClosed);
        _connection.Received(GrpcConnectionTests.Frame(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, []));
        Assert.True(_link.IsClosed);
        Assert.Single(_handler.Messages);
        Assert.Single(_handler.Ends);
        Assert.Equal(["went away"], _states);
    }

    [Fact]
    public void Call_MadeLater_IsAStreamOfItsOwn()
    {
        _link.TakeFrames();
        var other = new HandlerDouble();
        _connection.Open(new GrpcCall([0x83], other));
        var frame = Assert.Single(_link.TakeFrames());
        Assert.Equal((Frames.Headers, 3), (frame.Type, frame.Stream));
        _connection.Received([.. GrpcConnectionTests.Frame(Frames.Data, 0, 3, GrpcConnectionTests.Message("to the second"u8)), .. GrpcConnectionTests.Data(GrpcConnectionTests.Message("to the first"u8))]);
        Assert.Equal("to the second", Encoding.ASCII.GetString(Assert.Single(other.Messages)));
        Assert.Equal("to the first", Encoding.ASCII.GetString(Assert.Single(_handler.Messages)));
    }

    [Fact]
    public void Connection_ThatCannotBeOpened_EndsItsCalls()
    {
        var (first, second) = (new HandlerDouble(), new HandlerDouble());
        var connection = new GrpcConnection([new GrpcCall([0x83], first)], new ArrayBufferWriter<byte>(), (_, reason) => _states.Add(reason));
        Assert.True(connection.TakesCalls);
        connection.Open(new GrpcCall([0x83], second));
        connection.Closed("nobody there");
        Assert.Equal(["nobody there", "nobody there"], [.. first.Ends, .. second.Ends]);
        Assert.Equal(["nobody there"], _states);
        Assert.False(connection.TakesCalls);
    }

    [Fact]
    public void Connection_ClosedByUsBeforeItWasOpen_IsNotUsed()
    {
        var (handler, link) = (new HandlerDouble(), new LinkDouble());
        var connection = new GrpcConnection([new GrpcCall([0x83], handler)], new ArrayBufferWriter<byte>(), (_, _) => { });
        connection.Close();
        connection.Opened(link);
        Assert.True(link.IsClosed);
        Assert.Null(handler.Stream);
        Assert.Empty(handler.Ends);
    }

    [Fact]
    public void Connection_Lost_EndsTheStreamWithTheReason()
    {
        _connection.Closed("reset by peer");
        Assert.Equal(["reset by peer"], _handler.Ends);
        Assert.Equal(["reset by peer"], _states);
    }

    [Fact]
    public void Connection_ClosedByUs_TellsNobody()
    {
        _connection.Close();
        Assert.True(_link.IsClosed);
        Assert.Empty(_handler.Ends);
    }
}
