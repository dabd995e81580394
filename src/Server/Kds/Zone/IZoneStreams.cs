using Grpc.Core;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Zone;

/// <summary>What a zone does on the streams of one connection to Global. Each runs until its stream ends.</summary>
internal interface IZoneStreams : IAsyncDisposable
{
    /// <summary>Does what must come before all streams.</summary>
    Task PrepareAsync(CallInvoker calls, Metadata headers, CancellationToken cancellationToken);

    /// <summary>Takes the resources of Global.</summary>
    Task ReceiveAsync(IAsyncStreamReader<RawMessage> responses, IAsyncStreamWriter<RawMessage> requests, CancellationToken cancellationToken);

    /// <summary>Gives the resources of the zone.</summary>
    Task SendAsync(IAsyncStreamReader<RawMessage> requests, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken);

    /// <summary>Answers questions about proxies.</summary>
    Task AnswerAsync(Method<RawMessage, RawMessage> method, IAsyncStreamReader<RawMessage> questions, IAsyncStreamWriter<RawMessage> answers, CancellationToken cancellationToken);
}
