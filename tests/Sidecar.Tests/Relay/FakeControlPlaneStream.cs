using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Sidecar.Relay;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Relay;

/// <summary>One stream of a <see cref="FakeControlPlane"/>.</summary>
internal sealed class FakeControlPlaneStream(HttpContext context, GrpcFrames frames, byte[] first)
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _first = first;

    public Task<int> Ended => _ended.Task;

    public string Path => context.Request.Path;

    public string Authorization => context.Request.Headers.Authorization.ToString();

    /// <summary>The next request.</summary>
    public async Task<DeltaDiscoveryRequest> ReadAsync()
    {
        var frame = _first ?? await frames.ReadAsync(context.RequestAborted).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        _first = null;
        return DeltaDiscoveryRequest.Parser.ParseFrom(frame!.AsSpan(GrpcFrames.PrefixLength));
    }

    /// <summary>Waits until the other side is gone.</summary>
    public Task GoneAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task SendAsync(DeltaDiscoveryResponse response)
    {
        var frame = new byte[GrpcFrames.PrefixLength + response.CalculateSize()];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - GrpcFrames.PrefixLength);
        response.WriteTo(frame.AsSpan(GrpcFrames.PrefixLength));
        await context.Response.BodyWriter.WriteAsync(frame);
    }

    public void End(int status) => _ended.SetResult(status);
}
