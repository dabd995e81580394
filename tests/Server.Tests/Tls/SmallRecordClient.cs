using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mesh.Server.Ads.Sockets.Tls;

namespace Mesh.Server.Tests.Tls;

/// <summary>A client over OpenSSL that takes only small records (RFC 6066, section 4); that of .NET does not ask for them.</summary>
internal sealed class SmallRecordClient : IDisposable
{
    /// <summary>Plain bytes of its records.</summary>
    public const int MaxRecord = 512;

    private const string Ssl = "libssl.so.3";
    private const byte MaxFragment512 = 1;

    private readonly Socket _socket;
    private readonly nint _context = LibSsl.SSL_CTX_new(TLS_client_method());
    private readonly TlsSession _session;
    private readonly byte[] _received = new byte[LibSsl.MaxPlain];
    private ArraySegment<byte> _input = ArraySegment<byte>.Empty;

    public SmallRecordClient(Socket socket)
    {
        _socket = socket;
        Assert.Equal(1, SSL_CTX_set_tlsext_max_fragment_length(_context, MaxFragment512));
        var connection = LibSsl.SSL_new(_context);
        SSL_set_connect_state(connection);
        _session = new TlsSession(connection);
    }

    public async Task GreetAsync()
    {
        while (await StepAsync(null) is (TlsOutcome.NeedsInput, _))
        {
            await ReceiveAsync();
        }
    }

    /// <summary>Reads some bytes.</summary>
    public async Task<int> ReadAsync(byte[] plain)
    {
        while (true)
        {
            var (outcome, read) = await StepAsync(plain);
            if (outcome == TlsOutcome.Done)
            {
                return read;
            }

            Assert.Equal(TlsOutcome.NeedsInput, outcome);
            await ReceiveAsync();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        LibSsl.SSL_CTX_free(_context);
    }

    private async Task<(TlsOutcome Outcome, int Read)> StepAsync(byte[]? plain)
    {
        var output = new byte[LibSsl.MaxPlain];
        var (outcome, read, length) = Step(plain, output);
        await _socket.SendAsync(output.AsMemory(0, length), TlsPair.Deadline);
        return (outcome, read);
    }

    private (TlsOutcome Outcome, int Read, int Length) Step(byte[]? plain, byte[] output)
    {
        ReadOnlySpan<byte> input = _input;
        Span<byte> room = output;
        var read = 0;
        var outcome = plain is null ? _session.ShakeHands(ref input, ref room) : _session.Read(ref input, ref room, plain, out read);
        _input = _input[^input.Length..];
        return (outcome, read, output.Length - room.Length);
    }

    private async Task ReceiveAsync()
    {
        var length = await _socket.ReceiveAsync(_received, TlsPair.Deadline);
        Assert.NotEqual(0, length);
        _input = new ArraySegment<byte>(_received, 0, length);
    }

#pragma warning disable SYSLIB1054 // What is generated instead would need unsafe code.
    [DllImport(Ssl, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint TLS_client_method();

    [DllImport(Ssl, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SSL_CTX_set_tlsext_max_fragment_length(nint context, byte mode);

    [DllImport(Ssl, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void SSL_set_connect_state(nint ssl);
#pragma warning restore SYSLIB1054
}
