namespace Mesh.Load.Envoys;

/// <summary>Is told what virtual Envoys receive, on their thread.</summary>
internal interface IEnvoyObserver
{
    /// <summary>A stream is open and has sent its first requests.</summary>
    void Opened(int envoy);

    /// <summary>Bytes of a response came, and more of it follow.</summary>
    void Coming();

    /// <summary>A response was taken in.</summary>
    /// <param name="resources">Resources in it.</param>
    /// <param name="bytes">Its size.</param>
    void Received(int envoy, int resources, int bytes);

    /// <summary>A response was accepted or rejected: the answer is written.</summary>
    void Answered(int envoy, bool isAccepted);

    /// <summary>A resource came that says when it was decided.</summary>
    void Aged(long stamp);

    /// <summary>The Envoy has everything for the first time since it was started.</summary>
    void Synced(int envoy);

    /// <summary>The server ended the stream, and the connection is still there. The Envoy will open it again.</summary>
    /// <param name="wasAnswered">Whether the server had answered on it.</param>
    /// <param name="reason">What the server said.</param>
    void Ended(int envoy, bool wasAnswered, string reason);

    /// <summary>The stream has no connection any more, not by us. The Envoy will open another one.</summary>
    /// <param name="wasOpen">False: the stream had ended before, and waited.</param>
    /// <param name="reason">Why.</param>
    void Lost(int envoy, bool wasOpen, string reason);

    /// <summary>A new connection could not be opened. The Envoy will try again.</summary>
    /// <param name="reason">Why.</param>
    void Failed(int envoy, string reason);

    /// <summary>A stream that had ended is open again; <see cref="Opened"/> follows.</summary>
    /// <param name="wasLost">Whether that took a new connection.</param>
    void CameAgain(int envoy, bool wasLost);
}
