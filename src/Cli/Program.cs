using Mesh.Cli;

return await MeshCommandLine.RunAsync(args);
