using System.IO.Pipelines;
using System.Net;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Tests.Ads;

/// <summary>A call without a connection, whose client takes nothing: what is flushed waits until that is cancelled.</summary>
internal sealed class HandMadeExchange : GrpcExchange, IDisposable
{
    private readonly Pipe _input = new();
    private readonly StuckWriter _output = new();

    /// <summary>What happens right before a flush begins.</summary>
    public Action BeforeFlush
    {
        set => _output.BeforeFlush = value;
    }

    public GrpcStatusCode? Status { get; private set; }

    public override StreamCredentials Credentials { get; } = new(null, null, new IPEndPoint(IPAddress.Loopback, 1), IsEncrypted: false);

    public override PipeReader Input => _input.Reader;

    public override PipeWriter Output => _output;

    public override CancellationToken Aborted => CancellationToken.None;

    public override CancellationToken Retired => CancellationToken.None;

    /// <summary>Waits until a flush, pending or not, was cancelled so many times.</summary>
    public void WaitForCancels(int count)
    {
        for (; count > 0; count--)
        {
            Assert.True(_output.Cancels.Wait(TimeSpan.FromSeconds(30)));
        }
    }

    public void Dispose() => _output.Cancels.Dispose();

    /// <summary>The client sends something.</summary>
    public async Task SendAsync(byte[] bytes) => await _input.Writer.WriteAsync(bytes);

    public override void ForgetRequest()
    {
    }

    public override void Retire()
    {
    }

    public override void Abort()
    {
    }

    public override void End(GrpcStatusCode status, string message = "") => Status = status;

    private sealed class StuckWriter : PipeWriter
    {
        private readonly byte[] _bytes = new byte[64 * 1024];
        private TaskCompletionSource<FlushResult>? _flush;

        public SemaphoreSlim Cancels { get; } = new(0);

        public Action BeforeFlush { get; set; } = () => { };

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _bytes;

        public override Span<byte> GetSpan(int sizeHint = 0) => _bytes;

        public override void CancelPendingFlush()
        {
            Volatile.Read(ref _flush)?.TrySetResult(new FlushResult(isCanceled: true, isCompleted: false));
            Cancels.Release();
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            BeforeFlush();
            _flush = new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<FlushResult>(_flush.Task);
        }
    }
}
