using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mesh.Load.Http2;

namespace Mesh.Load.Tests.Http2;

public sealed class GrpcConnectionTests
{
    private readonly LinkDouble _link = new();
    private readonly HandlerDouble _handler = new();
    private readonly GrpcConnection _connection;
    private readonly List<string?> _states = [];

    public GrpcConnectionTests()
    {
        var call = HeaderBlock.OfCall("/service/Method", false, "localhost");
        _connection = new GrpcConnection([new GrpcCall(call, _handler)], new ArrayBufferWriter<byte>(), (_, reason) => _states.Add(reason));
        _connection.Opened(_link);
    }

    [Fact]
    public void Connection_Opened_SendsSettingsAWiderWindowAndTheCall()
    {
        var frames = _link.TakeFrames();
        Assert.Equal([Frames.Settings, Frames.WindowUpdate, Frames.Headers], frames.Select(f => f.Type));
        Assert.Equal((Frames.EndHeaders, 1), (frames[2].Flags, frames[2].Stream));
        Assert.NotNull(_handler.Stream);
    }

    [Fact]
    public void Message_InPiecesOfAnySize_ArrivesWhole()
    {
        var first = Encoding.ASCII.GetBytes("first message");
        var second = Encoding.ASCII.GetBytes(new string('x', 40_000));
        byte[] wire = [.. Data(Message(first).AsSpan(..3)), .. Data([.. Message(first).AsSpan(3..), .. Message(second).AsSpan(..10)]), .. Data(Message(second).AsSpan(10..))];
        foreach (var size in (int[])[1, 2, 5, 9, 100, 16_000, wire.Length])
        {
            _handler.Messages.Clear();
            for (var at = 0; at < wire.Length; at += size)
            {
                _connection.Received(wire.AsSpan(at, Math.Min(size, wire.Length - at)));
            }

            Assert.Equal([first, second], _handler.Messages);
        }
    }

    [Fact]
    public void Message_InAPaddedFrame_ArrivesWithoutThePadding()
    {
        _connection.Received(Frame(Frames.Data, Frames.Padded, 1, [4, .. Message("hello"u8), 0, 0, 0, 0]));
        Assert.Equal("hello", Encoding.ASCII.GetString(Assert.Single(_handler.Messages)));
    }

    [Fact]
    public void Settings_Received_AreAcknowledgedAndTellThatTheServerIsThere()
    {
        _link.TakeFrames();
        _connection.Received(Frame(Frames.Settings, 0, 0, []));
        Assert.Equal((Frames.Settings, Frames.Ack), _link.TakeFrames().Select(f => (f.Type, f.Flags)).Single());
        Assert.Equal([null], _states);
    }

    [Fact]
    public void Ping_Received_IsAnsweredWithItsContent()
    {
        _link.TakeFrames();
        _connection.Received(Frame(Frames.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]));
        var answer = Assert.Single(_link.TakeFrames());
        Assert.Equal((Frames.Ping, Frames.Ack), (answer.Type, answer.Flags));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], answer.Payload);
    }

    [Fact]
    public void Message_LargerThanTheWindow_WaitsForIt()
    {
        _link.TakeFrames();
        _handler.Stream!.Send(new byte[100_000]);
        Assert.Equal(65_535, Sent());
        _handler.Stream.Send("after it"u8);
        Assert.Equal(0, Sent());
        _connection.Received(Frame(Frames.WindowUpdate, 0, 0, Window(200_000)));
        Assert.Equal(0, Sent());
        _connection.Received(Frame(Frames.WindowUpdate, 0, 1, Window(200_000)));
        Assert.Equal(100_005 - 65_535 + 13, Sent());
    }

    [Fact]
    public void InitialWindow_Raised_LetsWaitingMessagesGo()
    {
        _link.TakeFrames();
        _connection.Received(Frame(Frames.WindowUpdate, 0, 0, Window(1_000_000)));
        _handler.Stream!.Send(new byte[100_000]);
        _link.TakeFrames();
        _connection.Received(Frame(Frames.Settings, 0, 0, [0, 4, .. Window(768 * 1024)]));
        Assert.Equal(100_005 - 65_535, Sent());
    }

    [Fact]
    public void Trailers_Received_EndTheStreamWithWhatTheySay()
    {
        byte[] trailers = [0, 11, .. "grpc-status"u8, 1, .. "7"u8, 0, 12, .. "grpc-message"u8, 8, .. "not you!"u8];
        _connection.Received(Frame(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, trailers));
        Assert.Equal(["grpc-status 7, grpc-message not you!"], _handler.Ends);
        _connection.Closed("gone");
        Assert.Single(_handler.Ends);
    }

    [Fact]
    public void Stream_OpenedAgain_IsANewOneWithTheSameCall()
    {
        var first = _link.TakeFrames()[2];
        var ended = _handler.Stream!;
        _connection.Received(Frame(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, []));
        Assert.True(ended.TryReopen());
        Assert.NotSame(ended, _handler.Stream);
        var again = Assert.Single(_link.TakeFrames());
        Assert.Equal((Frames.Headers, 3), (again.Type, again.Stream));
        Assert.Equal(first.Payload, again.Payload);

        // What was under way on the one before is nobody's.
        _connection.Received(Data(Message("late"u8)));
        _connection.Received(Frame(Frames.ResetStream, 0, 1, Window(0)));
        _connection.Received(Frame(Frames.Data, 0, 3, Message("in time"u8)));
        Assert.Equal(["in time"], _handler.Messages.Select(Encoding.ASCII.GetString));
        Assert.Single(_handler.Ends);
    }

    [Fact]
    public void Stream_OpenedAgain_HasTheServersWindow()
    {
        _link.TakeFrames();
        _connection.Received(Frame(Frames.WindowUpdate, 0, 0, Window(1_000_000)));
        _connection.Received(Frame(Frames.Settings, 0, 0, [0, 4, .. Window(768 * 1024)]));
        _handler.Stream!.Send(new byte[500_000]);
        _connection.Received(Frame(Frames.ResetStream, 0, 1, Window(7)));
        Assert.True(_handler.Stream.TryReopen());
        _link.TakeFrames();
        _handler.Stream.Send(new byte[500_000]);
        Assert.Equal(500_005, Sent());
    }

    [Fact]
    public void Messages_OfAStreamThatEnded_DoNotGoOutLater()
    {
        _handler.Stream!.Send(new byte[100_000]);
        _connection.Received(Frame(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, []));
        _link.TakeFrames();
        _connection.Received(Frame(Frames.WindowUpdate, 0, 0, Window(1_000_000)));
        _connection.Received(Frame(Frames.Settings, 0, 0, [0, 4, .. Window(768 * 1024)]));
        Assert.Equal(0, Sent());
    }

    [Theory]
    [InlineData(0, 0x40, 0, 0, 1)]
    [InlineData(0, 0xFF, 0xFF, 0xFF, 0xFF)]
    [InlineData(1, 0, 0, 0, 1)]
    public void Message_TooLongOrCompressed_IsNotRead(params int[] prefix) =>
        Assert.Throws<InvalidDataException>(() => _connection.Received(Data([.. prefix.Select(b => (byte)b)])));

    [Fact]
    public void Message_WithoutContent_ArrivesWithItsPrefix()
    {
        _connection.Received(Data([0, 0, 0]));
        Assert.Empty(_handler.Messages);
        _connection.Received(Data([0, 0]));
        Assert.Empty(Assert.Single(_handler.Messages));
    }

    [Fact]
    public void HeaderBlock_WithALongToken_CountsItsLengthInTwoBytes()
    {
        var token = new string('t', 300);
        var block = HeaderBlock.OfCall("/s/M", true, "h", ("authorization", token));
        byte[] expected = [0, 13, .. "authorization"u8, 0x7F, 300 - 127 & 0x7F | 0x80, 300 - 127 >> 7, .. Encoding.ASCII.GetBytes(token)];
        Assert.Equal(expected, block[^expected.Length..]);
    }

    private int Sent() => _link.TakeFrames().Where(f => f.Type == Frames.Data).Sum(f => f.Payload.Length);

    internal static byte[] Message(ReadOnlySpan<byte> content)
    {
        var message = new byte[5 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), content.Length);
        content.CopyTo(message.AsSpan(5));
        return message;
    }

    internal static byte[] Data(ReadOnlySpan<byte> payload) => Frame(Frames.Data, 0, 1, payload);

    private static byte[] Window(int by)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, by);
        return bytes;
    }

    internal static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        Frames.WriteHeader(frame, payload.Length, type, flags, stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }
}
