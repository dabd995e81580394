namespace Mesh.AdsSeam;

/// <summary>A server that holds streams and pushes the same message to all of them.</summary>
internal interface IPushServer : IAsyncDisposable
{
    /// <summary>Starts and returns its port.</summary>
    Task<int> StartAsync();

    /// <summary>Streams that are open.</summary>
    int Streams { get; }

    /// <summary>Answers received, in bytes.</summary>
    long ReceivedBytes { get; }

    /// <summary>Writes one message to each stream, from one worker per processor.</summary>
    Task PushAsync();
}
