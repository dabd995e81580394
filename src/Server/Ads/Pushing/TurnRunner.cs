namespace Mesh.Server.Ads.Pushing;

/// <summary>Runs a turn of those who write, on another thread or later on this one: those of the thread pool, or those that read from the sockets too.</summary>
internal delegate void TurnRunner(IThreadPoolWorkItem turn);
