using System.Globalization;
using System.IO.Pipelines;
using System.Net;

namespace Mesh.Sidecar.Relay;

/// <summary>One gRPC call to the control plane: both directions are open at once.</summary>
internal sealed class UpstreamCall : IDisposable
{
    private readonly DuplexContent _content = new();
    private readonly HttpRequestMessage _request;
    private readonly CancellationTokenSource _ending;
    private readonly Task<HttpResponseMessage> _response;

    public UpstreamCall(HttpMessageInvoker client, Uri method, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        _content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        _request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
        {
            _request.Headers.TryAddWithoutValidation(name, value);
        }

        _response = client.SendAsync(_request, _ending.Token);
    }

    /// <summary>Waits until there is a connection.</summary>
    /// <returns>What the call writes to; null: the control plane has answered already and takes nothing.</returns>
    /// <exception cref="HttpRequestException">There will be none.</exception>
    public async Task<Stream?> ConnectAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(_content.Opened, _response).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_response.IsCompleted)
        {
            await _response.ConfigureAwait(false);
        }

        var stream = await _content.Opened.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            await _response.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return stream;
    }

    /// <summary>Waits for the first sign of an answer.</summary>
    /// <exception cref="HttpRequestException">There is none, or it is none of a gRPC server.</exception>
    public async Task<PipeReader> AnswerAsync(CancellationToken cancellationToken)
    {
        var response = await _response.WaitAsync(cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK
            ? PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false))
            : throw new HttpRequestException($"HTTP status {(int)response.StatusCode}");
    }

    /// <summary>Ends our side.</summary>
    public void Complete() => _content.Complete();

    /// <summary>How an answer that was read to its end ended.</summary>
    public RelayStatus Status()
    {
        var response = _response.Result;
        var code = Header(response, "grpc-status");
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new RelayStatus(number, Uri.UnescapeDataString(Header(response, "grpc-message")))
            : new RelayStatus(RelayStatus.Unknown, "the control plane ended the stream without a status");
    }

    public void Dispose()
    {
        _ending.Cancel();
        _content.Complete();
        _ = _response.ContinueWith(
            static task => (task.IsCompletedSuccessfully ? task.Result : null)?.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _ = _response.Exception;
        _request.Dispose();
        _ending.Dispose();
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.First()
        : response.Headers.TryGetValues(name, out var header) ? header.First() : "";

    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What to write to; null: the call ended before anything could be written.</summary>
        public Task<Stream?> Opened => _opened.Task;

        public void Complete() => _closed.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                // The headers alone do not go out before something is written.
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // The other side has answered and reset the stream meanwhile, or there is none any more.
                _opened.TrySetResult(null);
                throw;
            }

            _opened.TrySetResult(stream);
            await _closed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
