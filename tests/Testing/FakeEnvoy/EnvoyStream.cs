using Grpc.Core;
using Xunit;

namespace Mesh.Testing.FakeEnvoy;

/// <summary>One stream: what is sent is sent in order, what comes is read one by one.</summary>
public class EnvoyStream<TRequest, TResponse>(AsyncDuplexStreamingCall<TRequest, TResponse> call) : IDisposable
    where TRequest : class
    where TResponse : class
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private Task<bool>? _next;

    /// <summary>Sends a request.</summary>
    public Task SendRawAsync(TRequest request) => call.RequestStream.WriteAsync(request);

    /// <summary>The next response; fails when none comes in time.</summary>
    public async Task<TResponse> ReadAsync()
    {
        _next ??= call.ResponseStream.MoveNext(CancellationToken.None);
        Assert.True(await _next.WaitAsync(_patience), "the stream ended");
        _next = null;
        return call.ResponseStream.Current;
    }

    /// <summary>Fails when a response comes within a moment; what comes later is not lost.</summary>
    public async Task ExpectSilenceAsync(TimeSpan moment)
    {
        _next ??= call.ResponseStream.MoveNext(CancellationToken.None);
        if (await Task.WhenAny(_next, Task.Delay(moment)) == _next)
        {
            Assert.Fail($"unexpected: {(await _next ? call.ResponseStream.Current : "end of stream")}");
        }
    }

    /// <summary>The status with which the server ends the stream, possible responses before skipped.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            _next ??= call.ResponseStream.MoveNext(CancellationToken.None);
            while (await _next.WaitAsync(_patience))
            {
                _next = call.ResponseStream.MoveNext(CancellationToken.None);
            }

            return call.GetStatus();
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    /// <summary>Closes the sending side.</summary>
    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    /// <summary>Resets the stream.</summary>
    public void Dispose()
    {
        call.Dispose();
        GC.SuppressFinalize(this);
    }
}
