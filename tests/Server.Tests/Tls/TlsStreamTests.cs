using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Sockets.Tls;
using Mesh.Server.Tests.Ads;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Tls;

/// <summary>Our TLS against that of .NET.</summary>
public sealed class TlsStreamTests
{
    private const SslProtocols Tls12 = SslProtocols.Tls12;
    private const SslProtocols Tls13 = SslProtocols.Tls13;

    private static readonly TlsContext _rsa = TlsContext.TryCreate(TlsPair.Rsa, null, Tls12 | Tls13)!;
    private static readonly TlsContext _ecdsa = TlsContext.TryCreate(TlsPair.Ecdsa, null, Tls12 | Tls13)!;

    [Theory]
    [InlineData(Tls12, false)]
    [InlineData(Tls13, false)]
    [InlineData(Tls12, true)]
    [InlineData(Tls13, true)]
    public async Task Bytes_BothWaysAtOnce_ArriveAsTheyWere(SslProtocols protocol, bool isEcdsa)
    {
        using var pair = await TlsPair.ShakeHandsAsync(isEcdsa ? _ecdsa : _rsa, protocol);
        Assert.Equal(protocol, pair.Server.Protocol);
        var down = RandomBytes(1, 3_000_000);
        var up = RandomBytes(2, 1_000_000);
        await Task.WhenAll(
            WriteInPiecesAsync(pair.Server, down, 3),
            ExpectAsync(pair.Client, down, 5),
            WriteInPiecesAsync(pair.Client, up, 7),
            ExpectAsync(pair.Server, up, 9));
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LibSsl.MaxPlain - 1)]
    [InlineData(LibSsl.MaxPlain)]
    [InlineData(LibSsl.MaxPlain + 1)]
    [InlineData((4 * LibSsl.MaxPlain) + 36)]
    public async Task Write_AroundTheSizeOfARecord_Arrives(int length)
    {
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa);
        var bytes = RandomBytes(length, length);
        var reading = ExpectAsync(pair.Client, bytes, 1);
        await pair.Server.WriteAsync(bytes, TlsPair.Deadline);
        await reading;
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Theory]
    [InlineData(SmallRecordClient.MaxRecord + 1)]
    [InlineData(LibSsl.MaxPlain)]
    [InlineData(200_000)]
    public async Task Write_ToWhoTakesSmallRecordsOnly_ArrivesWhole(int length)
    {
        using var pair = await TlsPair.ConnectAsync(_ecdsa);
        using var client = new SmallRecordClient(pair.Socket);
        await Task.WhenAll(pair.Server.AcceptAsync(null, TlsPair.Deadline), client.GreetAsync());
        var bytes = RandomBytes(length, length);
        var writing = pair.Server.WriteAsync(bytes, TlsPair.Deadline).AsTask();
        var buffer = new byte[LibSsl.MaxPlain];
        for (var at = 0; at < bytes.Length;)
        {
            var read = await client.ReadAsync(buffer);
            Assert.InRange(read, 1, SmallRecordClient.MaxRecord);
            Assert.True(bytes.AsSpan(at, read).SequenceEqual(buffer.AsSpan(0, read)), $"other bytes from {at} on");
            at += read;
        }

        await writing;
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Fact]
    public async Task Read_OfHalfARecordWhileAWriteIsBlocked_GoesOnWithTheOtherHalf()
    {
        BentStream? bent = null;
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa, Tls13, stream => bent = new BentStream(stream));
        var writing = pair.Server.WriteAsync(new byte[20_000_000], TlsPair.Deadline).AsTask();
        Assert.False(writing.IsCompleted);
        var half = Array.Empty<byte>();
        bent!.Bend = bytes =>
        {
            half = bytes[50..];
            return bytes[..50];
        };
        await pair.Client.WriteAsync(new byte[100], TlsPair.Deadline);
        Assert.Equal(0, await pair.Server.ReadAsync(Memory<byte>.Empty, TlsPair.Deadline));
        var reading = pair.Server.ReadAsync(new byte[100], TlsPair.Deadline).AsTask();
        Assert.False(reading.IsCompleted);
        await pair.Socket.SendAsync(half);
        Assert.Equal(100, await reading);
        Assert.False(writing.IsCompleted);
        pair.Server.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
    }

    [Fact]
    public async Task Read_OfAnEmptyBuffer_WaitsForBytesAndHoldsNone()
    {
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa, Tls12);
        var waiting = pair.Server.ReadAsync(Memory<byte>.Empty, TlsPair.Deadline);
        Assert.Equal((false, 0), (waiting.IsCompleted, pair.Buffers.RentedBytes));
        await pair.Client.WriteAsync("ack"u8.ToArray(), TlsPair.Deadline);
        Assert.Equal(0, await waiting);
        var buffer = new byte[2];
        Assert.Equal(2, await pair.Server.ReadAsync(buffer, TlsPair.Deadline));
        // What is left of the record is in nobody's socket.
        Assert.Equal(0, await pair.Server.ReadAsync(Memory<byte>.Empty, TlsPair.Deadline));
        Assert.Equal(1, await pair.Server.ReadAsync(buffer, TlsPair.Deadline));
        Assert.Equal((byte)'k', buffer[0]);
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Fact]
    public async Task Write_ToWhoDoesNotRead_HoldsOneBatchUntilItDoes()
    {
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa);
        var bytes = RandomBytes(4, 20_000_000);
        var writing = pair.Server.WriteAsync(bytes, TlsPair.Deadline);
        Assert.False(writing.IsCompleted);
        Assert.InRange(pair.Buffers.RentedBytes, 1, 128 * 1024);
        await ExpectAsync(pair.Client, bytes, 6);
        await writing;
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileOthersReadAndWrite_EndsThemAndKeepsNothing(bool isReading)
    {
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa);
        var buffer = new byte[10];
        var pending = isReading
            ? pair.Server.ReadAsync(buffer, TlsPair.Deadline).AsTask()
            : pair.Server.WriteAsync(new byte[20_000_000], TlsPair.Deadline).AsTask();
        Assert.False(pending.IsCompleted);
        pair.Server.Dispose();
        var ended = await Assert.ThrowsAnyAsync<Exception>(() => pending);
        Assert.True(ended is IOException or ObjectDisposedException or OperationCanceledException, ended.ToString());
        Assert.Equal(0, pair.Buffers.RentedBytes);
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => pair.Server.ReadAsync(buffer, TlsPair.Deadline).AsTask());
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => pair.Server.WriteAsync(buffer, TlsPair.Deadline).AsTask());
        pair.Server.Dispose();
    }

    [Fact]
    public async Task End_AnnouncedOrNot_IsTheEnd()
    {
        var buffer = new byte[10];
        using (var pair = await TlsPair.ShakeHandsAsync(_ecdsa))
        {
            await pair.Client.WriteAsync(buffer, TlsPair.Deadline);
            await pair.Client.ShutdownAsync();
            Assert.Equal(10, await pair.Server.ReadAsync(buffer, TlsPair.Deadline));
            Assert.Equal(0, await pair.Server.ReadAsync(buffer, TlsPair.Deadline));
            // The other direction is open.
            await pair.Server.WriteAsync(buffer, TlsPair.Deadline);
            await pair.Server.CloseAsync();
            await pair.Client.ReadExactlyAsync(buffer, TlsPair.Deadline);
            Assert.Equal(0, await pair.Client.ReadAsync(buffer, TlsPair.Deadline));
        }

        using (var pair = await TlsPair.ShakeHandsAsync(_ecdsa))
        {
            pair.Socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await pair.Server.ReadAsync(buffer, TlsPair.Deadline));
        }
    }

    [Fact]
    public async Task Read_OfAChangedRecord_FailsAndTheClientIsTold()
    {
        BentStream? bent = null;
        using var pair = await TlsPair.ShakeHandsAsync(_ecdsa, Tls13, stream => bent = new BentStream(stream));
        bent!.Bend = bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        };
        await pair.Client.WriteAsync(new byte[100], TlsPair.Deadline);
        var fault = await Assert.ThrowsAsync<IOException>(() => pair.Server.ReadAsync(new byte[100], TlsPair.Deadline).AsTask());
        Assert.Contains("TLS", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, pair.Buffers.RentedBytes);
        var told = await Assert.ThrowsAsync<IOException>(() => pair.Client.ReadAsync(new byte[100], TlsPair.Deadline).AsTask());
        Assert.Contains("alert", told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028")]
    public async Task Handshake_OfSomethingElse_Fails(string begin)
    {
        using var pair = await TlsPair.ConnectAsync(_ecdsa);
        await pair.Socket.SendAsync(Encoding.Latin1.GetBytes(begin));
        await Assert.ThrowsAsync<AuthenticationException>(() => pair.Server.AcceptAsync(null, TlsPair.Deadline));
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Fact]
    public async Task Handshake_ThatIsLeft_Fails()
    {
        using var pair = await TlsPair.ConnectAsync(_ecdsa);
        await pair.Socket.SendAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
        pair.Socket.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<IOException>(() => pair.Server.AcceptAsync(null, TlsPair.Deadline));
        Assert.Equal(0, pair.Buffers.RentedBytes);
    }

    [Fact]
    public async Task Handshake_ClientThatSaysAPart_KeepsNobodyOut()
    {
        BentStream? bent = null;
        using var pair = await TlsPair.ConnectAsync(_ecdsa, stream => bent = new BentStream(stream));
        var gate = Gate();
        await gate.EnterAsync();
        using var place = gate.TakePlace();
        var rest = Array.Empty<byte>();
        bent!.Bend = bytes =>
        {
            (rest, bent.Bend) = (bytes[1..], all => all);
            return bytes[..1];
        };
        var accepting = pair.Server.AcceptAsync(place, TlsPair.Deadline);
        var greeting = pair.GreetAsync();
        await gate.EnterAsync().WaitAsync(TlsPair.Deadline);
        // With the rest there is something to compute, when it is its turn.
        await pair.Socket.SendAsync(rest);
        await AdsServer.UntilAsync(() => gate.Waiting == 1);
        Assert.False(accepting.IsCompleted);
        gate.Leave();
        await Task.WhenAll(accepting, greeting);
        Assert.True(gate.EnterAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Handshake_ClientThatDoesNotGoOn_KeepsNobodyOutOnceItWasAnswered()
    {
        BentStream? bent = null;
        using var pair = await TlsPair.ConnectAsync(_ecdsa, stream => bent = new BentStream(stream));
        var gate = Gate();
        await gate.EnterAsync();
        using var place = gate.TakePlace();
        var rest = new MemoryStream();
        bent!.Bend = hello =>
        {
            bent.Bend = bytes =>
            {
                rest.Write(bytes);
                return [];
            };
            return hello;
        };
        var accepting = pair.Server.AcceptAsync(place, TlsPair.Deadline);
        await pair.GreetAsync(Tls13);
        await gate.EnterAsync().WaitAsync(TlsPair.Deadline);
        Assert.False(accepting.IsCompleted);
        // What is left needs no place.
        await pair.Socket.SendAsync(rest.ToArray());
        await accepting;
    }

    [Theory]
    [InlineData("h2", "h2")]
    [InlineData("http/1.1,h2", "h2")]
    [InlineData("http/1.1", "http/1.1")]
    [InlineData("spdy/3,http/1.1", "http/1.1")]
    [InlineData("", "")]
    public async Task Alpn_OfferedNames_PreferHttp2(string offered, string chosen)
    {
        using var pair = await TlsPair.ConnectAsync(_ecdsa);
        await Task.WhenAll(pair.Server.AcceptAsync(null, TlsPair.Deadline), pair.GreetAsync(SslProtocols.None, Names(offered)));
        Assert.Equal(chosen, pair.Client.NegotiatedApplicationProtocol.ToString());
    }

    [Fact]
    public async Task Alpn_OfNothingThatIsSpoken_EndsTheHandshake()
    {
        using var pair = await TlsPair.ConnectAsync(_ecdsa);
        var greeting = pair.GreetAsync(SslProtocols.None, Names("h2c,http/1.0"));
        await Assert.ThrowsAsync<AuthenticationException>(() => pair.Server.AcceptAsync(null, TlsPair.Deadline));
        await Assert.ThrowsAsync<AuthenticationException>(() => greeting);
    }

    [Theory]
    [InlineData(Tls13, Tls12)]
    [InlineData(Tls12, Tls13)]
    public async Task Versions_OtherThanThoseSet_AreRefused(SslProtocols set, SslProtocols spoken)
    {
        using var context = TlsContext.TryCreate(TlsPair.Ecdsa, null, set)!;
        using var pair = await TlsPair.ConnectAsync(context);
        var greeting = pair.GreetAsync(spoken);
        await Assert.ThrowsAsync<AuthenticationException>(() => pair.Server.AcceptAsync(null, TlsPair.Deadline));
        await Assert.ThrowsAsync<AuthenticationException>(() => greeting);
    }

    [Fact]
    public async Task Intermediates_AreSentWithTheCertificate()
    {
        using var context = TlsContext.TryCreate(TlsPair.Ecdsa, [TlsPair.Rsa], Tls12 | Tls13)!;
        using var pair = await TlsPair.ShakeHandsAsync(context);
        Assert.Equal(TlsPair.Ecdsa.Thumbprint, ((X509Certificate2)pair.Client.RemoteCertificate!).Thumbprint);
        Assert.Contains(TlsPair.Rsa.Thumbprint, pair.Extra);
    }

    [Fact]
    public void Context_WithoutAKey_IsNotOurs()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(TlsPair.Rsa.RawData);
        Assert.Null(TlsContext.TryCreate(certificate, null, Tls13));
    }

    /// <summary>One place, which comes back when it is not needed: the clock that says that it was held for too long stands still.</summary>
    private static HandshakeGate Gate() => new(1, 10, TimeSpan.FromSeconds(1), new FakeTimeProvider());

    private static SslApplicationProtocol[] Names(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new SslApplicationProtocol(name))];

    private static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteInPiecesAsync(Stream stream, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(2) == 0 ? random.Next(1, 500) : random.Next(1, 90_000));
            await stream.WriteAsync(bytes.AsMemory(at, length), TlsPair.Deadline);
            at += length;
        }
    }

    private static async Task ExpectAsync(Stream stream, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        var buffer = new byte[40_000];
        for (var at = 0; at < bytes.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)), TlsPair.Deadline);
            Assert.True(read > 0, $"ended after {at} of {bytes.Length} bytes");
            Assert.True(bytes.AsSpan(at, read).SequenceEqual(buffer.AsSpan(0, read)), $"other bytes from {at} on");
            at += read;
        }
    }
}
